import { forSecond } from '../context.ts';

export const staffSecondRefuse = forSecond.refuse.handler(({ context: { second, person }, input }) =>
  second.refuse(input.id, person),
);

import { forSecond } from '../context.ts';

export const staffSecondConfirm = forSecond.confirm.handler(({ context: { second, at }, input }) =>
  second.confirm(input, at),
);

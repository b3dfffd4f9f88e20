import { forStaff } from '../context.ts';

export const parkedCorrect = forStaff.parked.correct.handler(({ context: { parked }, input }) =>
  parked.correct(input, input.answers, 'staff'),
);

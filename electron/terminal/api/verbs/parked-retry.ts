import { forStaff } from '../context.ts';

export const parkedRetry = forStaff.parked.retry.handler(({ context: { parked }, input }) =>
  parked.retry(input, 'staff'),
);

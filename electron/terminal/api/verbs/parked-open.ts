import { forStaff } from '../context.ts';

export const parkedOpen = forStaff.parked.open.handler(({ context: { parked }, input }) =>
  parked.open(input, 'staff'),
);

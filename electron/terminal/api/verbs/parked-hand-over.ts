import { forStaff } from '../context.ts';

export const parkedHandOver = forStaff.parked.handOver.handler(({ context: { parked }, input }) =>
  parked.handOver(input, input.to, input.note, 'staff'),
);

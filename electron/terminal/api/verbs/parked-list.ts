import { forStaff } from '../context.ts';

export const parkedList = forStaff.parked.list.handler(({ context: { parked }, input }) =>
  parked.list(input),
);

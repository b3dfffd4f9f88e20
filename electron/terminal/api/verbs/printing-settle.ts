import { api } from '../context.ts';

export const printingSettle = api.printing.settle.handler(({ context: { visits }, input }) =>
  visits.settlePrint(input.cameOut),
);

import { api } from '../context.ts';

export const printingReprint = api.printing.reprint.handler(({ context: { visits } }) => visits.reprint());

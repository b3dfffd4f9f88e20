import { keepReadiness } from '../readiness/readiness.ts';
import { forTerminals } from './base.ts';

/** Of the terminal that signs, whatever it says. */
export const reportReadiness = forTerminals.terminals.reportReadiness.handler(async ({ context, input }) => {
  const { pool, stationId, terminalId, clock } = context;
  return { stands: await keepReadiness(pool, { stationId, terminalId, report: input }, clock.now()) };
});

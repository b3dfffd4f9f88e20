import { settleCommand } from '../fleet/commands.ts';
import { forTerminals } from './base.ts';

/** Of an order to the terminal that signed. */
export const settleOrder = forTerminals.fleet.settle.handler(async ({ context, input, errors }) => {
  const { commandId, ...outcome } = input;
  const { pool, terminalId, clock } = context;
  if (!(await settleCommand(pool, terminalId, commandId, outcome, clock.now()))) throw errors.NOT_FOUND();
  return { commandId };
});

import { sharePermitKey } from '../permits/permits.ts';
import { forTerminals } from './base.ts';

export const shareTerminalPermitKey = forTerminals.terminals.sharePermitKey.handler(({ context, input }) =>
  sharePermitKey(context.pool, context.terminalId, input.secret, context.clock.now()),
);

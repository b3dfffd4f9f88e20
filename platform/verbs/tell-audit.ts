import { keepTerminalAudit } from '../terminal-audit/keep-terminal-audit.ts';
import { forTerminals } from './base.ts';

/** Of the terminal that signed, whatever else it says. */
export const tellAudit = forTerminals.terminals.tellAudit.handler(async ({ context, input, errors }) => {
  const { chain, after, ...told } = input;
  const part = { terminalId: context.terminalId, chain, after, told };
  const kept = await keepTerminalAudit(context.pool, part, context.clock.now());
  switch (kept.kind) {
    case 'kept':
      return { chain, last: kept.last };
    case 'behind':
      throw errors.AUDIT_BEHIND({ data: { last: kept.last } });
    case 'otherwise':
      throw errors.AUDIT_OTHERWISE({ data: { sequence: kept.sequence } });
    default:
      return kept satisfies never;
  }
});

import { casesByCard, casesBySlip } from '../cases/progress.ts';
import { isWornOut, mustWait, noteTry } from '../cases/progress-tries.ts';
import { forTerminals } from './base.ts';

/** What is unknown, wrong or another's is answered alike: with no case. */
export const caseProgress = forTerminals.cases.progress.handler(async ({ context, input, errors }) => {
  const { pool, catalogue, officeDays, terminalId } = context;
  const nowMs = context.clock.now();
  const parts = { pool, catalogue, officeDays, nowMs };
  const at = new Date(nowMs).toISOString();
  const kind = input.by === 'card' ? 'card' : 'miss';
  if (await mustWait(pool, terminalId, kind, nowMs)) throw errors.TOO_MANY_REQUESTS();
  if (input.by === 'card') {
    await noteTry(pool, terminalId, kind, null, nowMs);
    return { cases: await casesByCard(parts, input.personNumber), at };
  }
  const cases = (await isWornOut(pool, input.receiptNo, nowMs)) ? [] : await casesBySlip(parts, input);
  if (cases.length === 0) await noteTry(pool, terminalId, kind, input.receiptNo, nowMs);
  return { cases, at };
});

import { casesByCard, casesBySlip } from '../cases/progress.ts';
import { isWornOut, mustWait, noteTry } from '../cases/progress-tries.ts';
import { noteSearch } from '../person-searches/person-searches.ts';
import { forTerminals } from './base.ts';

/** What is unknown, wrong or another's is answered alike: with no case. */
export const caseProgress = forTerminals.cases.progress.handler(async ({ context, input, errors }) => {
  const { pool, catalogue, officeDays, terminalId } = context;
  const nowMs = context.clock.now();
  const parts = { pool, catalogue, officeDays, nowMs };
  const at = new Date(nowMs).toISOString();
  const kind = input.by === 'card' ? 'card' : 'miss';
  const shown = input.by === 'card' ? 'card' : 'slip';
  const note = (found: number) =>
    noteSearch(pool, { terminalId, call: 'cases.progress', shown, found }, nowMs);
  if (await mustWait(pool, terminalId, kind, nowMs)) throw errors.TOO_MANY_REQUESTS();
  if (input.by === 'card') {
    await noteTry(pool, terminalId, kind, null, nowMs);
    const cases = await casesByCard(parts, input.personNumber);
    await note(cases.length);
    return { cases, at };
  }
  const cases = (await isWornOut(pool, input.receiptNo, nowMs)) ? [] : await casesBySlip(parts, input);
  if (cases.length === 0) await noteTry(pool, terminalId, kind, input.receiptNo, nowMs);
  await note(cases.length);
  return { cases, at };
});

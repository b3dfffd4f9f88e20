import { openCorrection } from '../cases/open-correction.ts';
import { mustWait, noteTry } from '../cases/progress-tries.ts';
import { noteSearch } from '../person-searches/person-searches.ts';
import { forTerminals } from './base.ts';

/** A case that is unknown, another's, or not to be corrected is answered alike. */
export const openCaseCorrection = forTerminals.cases.openCorrection.handler(
  async ({ context, input, errors }) => {
    const nowMs = context.clock.now();
    const { pool, terminalId } = context;
    if (await mustWait(pool, terminalId, 'card', nowMs)) throw errors.TOO_MANY_REQUESTS();
    await noteTry(pool, terminalId, 'card', null, nowMs);
    const opened = await openCorrection(pool, input.caseNo, input.personNumber, nowMs);
    const found = opened === null ? 0 : 1;
    await noteSearch(pool, { terminalId, call: 'cases.openCorrection', shown: 'card', found }, nowMs);
    if (!opened) throw errors.NOT_FOUND();
    return opened;
  },
);

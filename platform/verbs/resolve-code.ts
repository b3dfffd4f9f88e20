import { noteSearch } from '../person-searches/person-searches.ts';
import { forTerminals } from './base.ts';

export const resolveCode = forTerminals.codes.resolve.handler(async ({ context, input, errors }) => {
  const { pool, terminalId, clock } = context;
  const answer = await context.codes.resolve(input.token, terminalId);
  switch (answer.kind) {
    case 'resolved':
      // What gives nobody is not written down: nothing bounds how often it can be tried.
      await noteSearch(pool, { terminalId, call: 'codes.resolve', shown: 'code', found: 1 }, clock.now());
      return answer.resolved;
    case 'unknown':
      throw errors.CODE_UNKNOWN();
    case 'expired':
      throw errors.CODE_EXPIRED();
    case 'used':
      throw errors.CODE_USED();
    case 'not-supported':
      throw errors.CODES_NOT_SUPPORTED();
    default: {
      const never: never = answer;
      return never;
    }
  }
});

import { refuses } from '../check.ts';
import {
  deskCalls,
  departmentCalls,
  normCalls,
  strangersCall,
  terminalCalls,
  type NormCall,
} from '../calls.ts';
import type { Caller } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

export async function allUnauthorized(t: Trial, calls: readonly NormCall[], by: Caller): Promise<void> {
  for (const call of calls)
    refuses(await t.client.call({ ...strangersCall(t.maker, call), by }), 401, 'UNAUTHORIZED');
}

/** By their keys alone, which stand in the call itself (E). */
const isAboutKeys = ({ id }: NormCall): boolean => ['terminals.enrol', 'terminals.changeKey'].includes(id);

/** Every call that is not everybody's. */
export const guardedCalls = normCalls.filter(({ who }) => who.length > 0);
export const terminalsOwnCalls = terminalCalls.filter((call) => !isAboutKeys(call));
/** Of offices, and no terminal’s. */
export const officesCalls = [...deskCalls, ...departmentCalls];

export const accessRules: Theme = {
  letter: 'A',
  title: 'Who may call what',
  when: 'prepared',
  rules: [
    rule('A-01', 'A terminal’s calls are not the desk’s: its token is UNAUTHORIZED (401) there', (t) =>
      allUnauthorized(t, terminalsOwnCalls, 'desk'),
    ),
    rule('A-02', 'The desk’s calls and a department’s are no terminal’s, however well it signs', (t) =>
      allUnauthorized(t, officesCalls, t.first),
    ),
    rule(
      'A-03',
      'Nobody, and whoever has another token, is UNAUTHORIZED at every call but health and the platform’s keys',
      async (t) => {
        await allUnauthorized(t, guardedCalls, null);
        await allUnauthorized(t, officesCalls, { token: 'nobody-knows-this-token' });
      },
    ),
    rule('A-04', 'An inbox is its department’s alone: the desk’s token is UNAUTHORIZED there', (t) =>
      allUnauthorized(t, departmentCalls, 'desk'),
    ),
  ],
};

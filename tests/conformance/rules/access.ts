import { refuses } from '../check.ts';
import type { Caller } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import { keyPath, type Trial } from '../trial.ts';

type Asked = readonly [method: string, path: string, body?: object];

/** Of a terminal, with a body where they have one. */
const terminalCalls = (t: Trial): readonly Asked[] => [
  ['GET', '/v1/catalogue/items'],
  ['GET', `/v1/catalogue/items/${t.cast.item.item.slug}`],
  ['GET', '/v1/catalogue/chains'],
  ['GET', '/v1/catalogue/regions'],
  ['POST', '/v1/catalogue/guide-reports', {}],
  ['PUT', keyPath(t.maker.applicationId()), {}],
  ['GET', keyPath(t.maker.applicationId())],
  ['GET', `/v1/applications/${t.maker.applicationId()}/attachments/${'0'.repeat(64)}`],
  ['POST', '/v1/codes/resolve', { token: 'code' }],
  ['POST', '/v1/cases/progress', {}],
  ['POST', '/v1/cases/correction', {}],
  ['POST', '/v1/reply-refusals', {}],
  ['POST', '/v1/ratings', {}],
  ['POST', '/v1/bookings/of-station', {}],
  ['POST', '/v1/bookings/search', {}],
  ['POST', '/v1/bookings/outcomes', {}],
  ['PUT', '/v1/station-days/2026-01-05', {}],
];

const deskCalls: readonly Asked[] = [
  ['GET', '/v1/catalogue/guide-errors'],
  ['GET', '/v1/cases'],
  ['GET', '/v1/cases/BJ0'],
  ['POST', '/v1/cases/BJ0/acceptance', {}],
  ['POST', '/v1/cases/BJ0/refusal', {}],
  ['POST', '/v1/cases/BJ0/corrections', {}],
  ['POST', '/v1/cases/BJ0/result', {}],
  ['GET', '/v1/cases/BJ0/interaction'],
  ['POST', '/v1/cases/BJ0/replies', {}],
  ['GET', '/v1/ratings'],
  ['PUT', '/v1/bookings/20200101', {}],
  ['DELETE', '/v1/bookings/20200101'],
  ['GET', '/v1/station-days?stationId=999901001&from=2026-01-05&until=2026-01-05'],
];

async function allUnauthorized(t: Trial, calls: readonly Asked[], by: Caller): Promise<void> {
  for (const [method, path, body] of calls) {
    const answer = await t.client.call({ method, path, by, ...(body === undefined ? {} : { body }) });
    refuses(answer, 401, 'UNAUTHORIZED');
  }
}

export const accessRules: Theme = {
  letter: 'A',
  title: 'Who may call what',
  when: 'prepared',
  rules: [
    rule('A-01', 'A terminal’s calls are not the desk’s: its token is UNAUTHORIZED (401) there', (t) =>
      allUnauthorized(t, terminalCalls(t), 'desk'),
    ),
    rule('A-02', 'The desk’s calls are no terminal’s, however well it signs', (t) =>
      allUnauthorized(t, deskCalls, t.first),
    ),
    rule(
      'A-03',
      'Nobody, and whoever has another token, is UNAUTHORIZED everywhere but at health',
      async (t) => {
        await allUnauthorized(t, [...terminalCalls(t), ...deskCalls], null);
        await allUnauthorized(t, deskCalls, { token: 'nobody-knows-this-token' });
      },
    ),
  ],
};

import { expect, test } from 'vitest';
import type { Submission } from '#contract/application.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { withDatabase } from '../fixture/for-tests.ts';
import { applicationId, ORDINARY_PAYLOAD, payload, submission, TEST_NOW_MS } from '../for-tests.ts';
import { storeApplication } from './store-application.ts';
import { officeDays } from './working-days.ts';

/** What comes while others are under way is put in with one statement: each must fare as if it were alone. */

const database = withDatabase();

const engine = { catalogue: loadCatalogue(catalogueDir), officeDays };
const sent = submission(ORDINARY_PAYLOAD);
const other = submission(payload({ applicantName: '李秀英', applicantId: '999901195207160028' }));

const store = (n: number, content: Submission, person: string) =>
  storeApplication(database().pool, { applicationId: applicationId(n), revision: 1 }, content, {
    forwardedBy: 'T-01',
    storedAtMs: TEST_NOW_MS,
    persons: [person, '999901201001010018'],
    engine,
  });

async function rows(sql: string): Promise<readonly Record<string, unknown>[]> {
  return (await database().pool.query(sql)).rows;
}

test('each has its own case, event and persons, and nobody has another one’s', async () => {
  const COUNT = 70;
  const outcomes = await Promise.all(
    Array.from({ length: COUNT }, (_, at) =>
      store(at + 1, sent, String(100_000_000_000_000_000n + BigInt(at))),
    ),
  );
  const numbers = outcomes.map((outcome) =>
    outcome.kind === 'stored' ? outcome.acknowledgement.caseNo : '',
  );
  expect(new Set(numbers).size).toBe(COUNT);
  const stored = await rows(
    `SELECT a.application_id, c.case_no, e.ordinal, array_agg(p.person_number ORDER BY p.person_number) AS persons
     FROM application a JOIN case_record c USING (application_id)
       JOIN case_event e ON e.cursor = c.cursor AND e.application_id = c.application_id
       JOIN case_person p ON p.cursor = c.cursor AND p.application_id = c.application_id
     GROUP BY 1, 2, 3 ORDER BY 1`,
  );
  expect(stored).toEqual(
    numbers.map((caseNo, at) => ({
      application_id: applicationId(at + 1),
      case_no: caseNo,
      ordinal: 1,
      persons: [String(100_000_000_000_000_000n + BigInt(at)), '999901201001010018'],
    })),
  );
});

test('one key several times at the same moment is stored once, and another payload under it is a conflict', async () => {
  // The first is under way alone; the others come together behind it.
  const outcomes = await Promise.all([
    store(101, sent, '100000000000000101'),
    store(102, sent, '100000000000000102'),
    store(102, sent, '100000000000000102'),
    store(102, other, '100000000000000102'),
    store(103, sent, '100000000000000103'),
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'stored', 'stored', 'conflict', 'stored']);
  expect(outcomes[2]).toMatchObject({ acknowledgement: Reflect.get(outcomes[1], 'acknowledgement') });
  expect(outcomes.map((outcome) => outcome.kind === 'stored' && outcome.isNew)).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
});

test('what cannot be stored is refused, and those who came with it are stored', async () => {
  // No call of the API lets it pass: it stands for whatever nobody has thought of.
  const broken = { ...sent, itemVersion: 'half a pair \u0000' };
  const outcomes = await Promise.allSettled([
    store(201, sent, '100000000000000201'),
    store(202, sent, '100000000000000202'),
    store(203, broken, '100000000000000203'),
    store(204, sent, '100000000000000204'),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  const numbers = [201, 202, 203, 204].map((n) => `'${applicationId(n)}'`);
  expect(
    await rows(`SELECT count(*)::int AS n FROM application WHERE application_id IN (${numbers.join()})`),
  ).toEqual([{ n: 3 }]);
});

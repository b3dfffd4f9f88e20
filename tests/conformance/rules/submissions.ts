import { z } from 'zod';
import { acknowledgementSchema, submissionSchema } from '#contract/application.ts';
import { signedStatement } from '#contract/signed-statement.ts';
import { Broken, dataOf, hasStatus, holds, read, refuses, same, toldAnswer } from '../check.ts';
import { sha256Of, withPayload } from '../maker.ts';
import { rule, type Theme } from '../rule.ts';
import { keyPath, type Trial } from '../trial.ts';

const listSchema = z.object({ cases: z.array(z.object({ applicationId: z.string(), caseNo: z.string() })) });

/** The cases of an application in the desk's list, from this cursor on. */
async function casesOf(t: Trial, id: string, chain: string): Promise<readonly string[]> {
  const answer = await t.client.call({ path: `/v1/cases?chain=${chain}`, by: 'desk' });
  return read(answer, listSchema).cases.flatMap((each) => (each.applicationId === id ? [each.caseNo] : []));
}

const strokes = {
  width: 400,
  height: 200,
  strokes: [[[1, 1] as [number, number], [40, 30] as [number, number]]],
};

/** Submitted by itself, and found by the desk through the chain that it names. */
function alone(t: Trial) {
  const { item } = t.cast;
  const chainApplicationId = t.maker.applicationId();
  const chain = { id: 'conformance', chainApplicationId, order: 0, needs: [] };
  const payload = { ...t.maker.payload(item, t.maker.person()), chain };
  return { chainApplicationId, submission: t.newSubmission(payload), id: t.maker.applicationId() };
}

export const submissionRules: Theme = {
  letter: 'S',
  title: 'Applications are stored once',
  when: 'prepared',
  rules: [
    rule(
      'S-01',
      'An application is acknowledged with its case, as received (02), and the hash of its payload',
      async (t) => {
        const { id, submission, acknowledgement } = await t.newCase();
        const { applicationId, revision, status, payloadSha256 } = acknowledgement;
        same(
          { applicationId, revision, status, payloadSha256 },
          { applicationId: id, revision: 1, status: '02', payloadSha256: submission.payloadSha256 },
          'an acknowledgement of',
        );
      },
    ),
    rule('S-02', 'The same key and payload give the same case number again', async (t) => {
      const { id, submission, acknowledgement } = await t.newCase();
      for (let again = 0; again < 3; again += 1)
        same(
          read(await t.put(submission, { id }), acknowledgementSchema),
          acknowledgement,
          'the first acknowledgement',
        );
    }),
    rule(
      'S-03',
      'Another payload under the same key is CONFLICT (409) with the stored hash, and changes nothing',
      async (t) => {
        const { id, submission, acknowledgement, person } = await t.newCase();
        const changed = withPayload(submission, t.maker.payload(t.cast.item, person, { remark: '改过' }));
        const answer = await t.put(changed, { id });
        refuses(answer, 409, 'CONFLICT');
        same(dataOf(answer), { storedSha256: submission.payloadSha256 }, 'data');
        const found = await t.client.call({ path: keyPath(id), by: t.first });
        same(read(found, acknowledgementSchema), acknowledgement, 'what was stored');
      },
    ),
    rule(
      'S-04',
      'Of ten that come at once with the same key and payload, all get one case number',
      async (t) => {
        const { id, submission, chainApplicationId } = alone(t);
        const answers = await t.meet(
          () => t.put(t.newSubmission(), { id: t.maker.applicationId() }),
          () => t.put(submission, { id }),
        );
        const numbers = new Set(answers.map((answer) => read(answer, acknowledgementSchema).caseNo));
        same(numbers.size, 1, 'case numbers:');
        same(await casesOf(t, id, chainApplicationId), [...numbers], 'the cases in the list');
      },
    ),
    rule('S-05', 'Sent again over a new line after a cut, an application is one case', async (t) => {
      const { id, submission, chainApplicationId } = alone(t);
      for (const cut of ['at once', 'answered', 'at once'] as const)
        await t.client.sendAndLeave(
          t.client.prepare({ method: 'PUT', path: keyPath(id), by: t.first, body: submission }),
          cut,
        );
      const prepared = t.client.prepare({ method: 'PUT', path: keyPath(id), by: t.first, body: submission });
      const { caseNo } = read(await t.client.send(prepared, 'fresh'), acknowledgementSchema);
      same(await casesOf(t, id, chainApplicationId), [caseNo], 'the cases in the list');
    }),
    rule(
      'S-06',
      'The hash is worked out again: a payload of another hash is BAD_REQUEST, and is not stored',
      async (t) => {
        const id = t.maker.applicationId();
        const submission = t.newSubmission();
        refuses(
          await t.put({ ...submission, payloadSha256: sha256Of('another') }, { id }),
          400,
          'BAD_REQUEST',
        );
        hasStatus(await t.client.call({ path: keyPath(id), by: t.first }), 404);
      },
    ),
    rule(
      'S-07',
      'The hash is over canonical JSON: the order of keys on the way does not count',
      async (t) => {
        const { id, submission, acknowledgement } = await t.newCase();
        const { payload, ...rest } = submission;
        const turned = Object.fromEntries(Object.entries(payload).toReversed());
        const body = JSON.stringify({ payload: turned, ...rest }, null, 2);
        const answer = await t.client.call({ method: 'PUT', path: keyPath(id), by: t.first, body });
        same(read(answer, acknowledgementSchema), acknowledgement, 'the first acknowledgement');
      },
    ),
    rule(
      'S-08',
      'Looked up, a key gives its acknowledgement; an unknown one is NOT_FOUND (404)',
      async (t) => {
        const { id, acknowledgement } = await t.newCase();
        const found = await t.client.call({ path: keyPath(id), by: t.first });
        same(read(found, acknowledgementSchema), acknowledgement, 'the acknowledgement');
        refuses(await t.client.call({ path: keyPath(id, 2), by: t.first }), 404, 'NOT_FOUND');
      },
    ),
    rule('S-09', 'Another station’s application is as good as none', async (t) => {
      const { id } = await t.newCase();
      refuses(await t.client.call({ path: keyPath(id), by: t.cast.other }), 404, 'NOT_FOUND');
    }),
    rule('S-10', 'A terminal submits for its own station only', async (t) => {
      const id = t.maker.applicationId();
      refuses(await t.put(t.newSubmission(), { id, by: t.cast.other }), 400, 'BAD_REQUEST');
      hasStatus(await t.client.call({ path: keyPath(id), by: t.first }), 404);
    }),
    rule(
      'S-11',
      'What one terminal of a station took, another one of it brings: the same case',
      async (t) => {
        const { id, submission, acknowledgement } = await t.newCase();
        const brought = await t.put(submission, { id, by: t.cast.sister });
        same(read(brought, acknowledgementSchema), acknowledgement, 'the first acknowledgement');
      },
    ),
    rule('S-12', 'What is malformed is BAD_REQUEST (400) with a reason, and nothing is stored', async (t) => {
      const id = t.maker.applicationId();
      const good = t.newSubmission();
      for (const body of [
        '{"terminalId":',
        '',
        'null',
        [],
        '['.repeat(100_000),
        { ...good, receiptNo: undefined },
        { ...good, stationId: 999901001 },
        { ...good, payloadSha256: 'ABC' },
        { ...good, receivedAt: 'yesterday' },
        { ...good, language: 'tlh' },
        { ...good, itemVersion: 'x'.repeat(61) },
      ]) {
        const answer = await t.client.call({ method: 'PUT', path: keyPath(id), by: t.first, body });
        refuses(answer, 400, 'BAD_REQUEST');
        const reason = z.object({ reason: z.string().min(1) }).safeParse(dataOf(answer));
        holds(reason.success, 'data.reason', toldAnswer(answer));
      }
      hasStatus(await t.client.call({ path: keyPath(id), by: t.first }), 404);
    }),
    rule('S-13', 'An application’s id is a UUIDv7, its revision a number from 1', async (t) => {
      const body = t.newSubmission();
      for (const path of [
        keyPath('1'),
        keyPath(t.maker.uuid()),
        keyPath(t.maker.applicationId(), 0),
        keyPath(t.maker.applicationId(), 1.5),
      ])
        refuses(await t.client.call({ method: 'PUT', path, by: t.first, body }), 400, 'BAD_REQUEST');
    }),
    rule('S-14', 'Every version of the payload is taken', async (t) => {
      const content = t.maker.content(t.cast.item, t.maker.person());
      const second = { ...content, formVersion: 2 as const, attachments: [] };
      const third = {
        ...second,
        formVersion: 3 as const,
        papers: [],
        signing: { state: 'none' as const },
      };
      for (const payload of [second, third])
        read(await t.put(t.newSubmission(payload), { id: t.maker.applicationId() }), acknowledgementSchema);
    }),
    rule('S-15', 'Text comes back as it was written: SQL, HTML, every script and emoji', async (t) => {
      const text = `'; DROP TABLE application; -- <script>alert(1)</script> \\u0041 𠮷 ئۇيغۇر 🏠 \u2028 %s ${'${1}'}`;
      const person = t.maker.person();
      const submission = t.newSubmission(t.maker.payload(t.cast.item, person, { remark: text }));
      const { caseNo } = read(
        await t.put(submission, { id: t.maker.applicationId() }),
        acknowledgementSchema,
      );
      const whole = await t.client.call({ path: `/v1/cases/${caseNo}`, by: 'desk' });
      same(read(whole, submissionSchema).payload, submission.payload, 'the payload');
    }),
    rule('S-16', 'A signature on the screen that was put under something else is BAD_REQUEST', async (t) => {
      const { item } = t.cast;
      const content = t.maker.content(item, t.maker.person(), { sign: strokes });
      const id = t.maker.applicationId();
      const matter = {
        applicationId: id,
        itemSlug: item.item.slug,
        itemVersion: item.item.version,
        answers: content.answers,
        papers: [],
        attachments: [],
      };
      const signedAs = (applicationId: string) => ({
        ...content,
        formVersion: 3 as const,
        papers: [],
        attachments: [],
        signing: {
          state: 'signed' as const,
          sha256: sha256Of(signedStatement({ ...matter, applicationId })),
          at: t.maker.iso(-60_000),
        },
      });
      refuses(await t.put(t.newSubmission(signedAs(t.maker.applicationId())), { id }), 400, 'BAD_REQUEST');
      read(await t.put(t.newSubmission(signedAs(id)), { id }), acknowledgementSchema);
    }),
    rule('S-17', 'Two applications never have one case number', async (t) => {
      const made = await Promise.all(Array.from({ length: 10 }, () => t.newCase()));
      const numbers = new Set(made.map(({ caseNo }) => caseNo));
      if (numbers.size !== made.length) throw new Broken('ten case numbers', String(numbers.size));
    }),
  ],
};

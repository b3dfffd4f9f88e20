import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import { MAX_IDENTITY_BYTES } from '#contract/terminal-identity.ts';
import { hasStatus, holds, refuses, toldAnswer } from '../check.ts';
import { rule, type Theme } from '../rule.ts';
import { newKey } from '../sign.ts';
import { keyPath, type Trial } from '../trial.ts';

/** A signed submission whose head says this, and nothing behind it. */
function headOnly(t: Trial, length: number, by = t.first): string {
  const path = keyPath(t.maker.applicationId());
  const { headers } = t.client.prepare({ method: 'PUT', path, by, body: t.newSubmission() });
  return t.client.headOf('PUT', path, { ...headers, 'content-length': String(length) });
}

export const transportRules: Theme = {
  letter: 'X',
  title: 'Limits of a request',
  when: 'prepared',
  rules: [
    rule(
      'X-01',
      `A body of over ${String(MAX_SUBMISSION_BYTES)} bytes is 413 by its declared length, before it is read`,
      async (t) => {
        hasStatus(await t.client.raw(headOnly(t, MAX_SUBMISSION_BYTES + 1)), 413);
      },
    ),
    rule('X-02', 'It is 413 by its bytes where it declares no length', async (t) => {
      const path = keyPath(t.maker.applicationId());
      const body = JSON.stringify({ ...t.newSubmission(), itemVersion: 'x'.repeat(MAX_SUBMISSION_BYTES) });
      const { headers } = t.client.prepare({ method: 'PUT', path, by: t.first, body });
      const head = t.client.headOf('PUT', path, { ...headers, 'transfer-encoding': 'chunked' });
      const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      hasStatus(await t.client.raw(head + chunk), 413);
    }),
    rule('X-03', `A call about keys has ${String(MAX_IDENTITY_BYTES)} bytes at most`, async (t) => {
      const body = { publicKey: newKey().publicKey, padding: 'x'.repeat(MAX_IDENTITY_BYTES) };
      const unsigned = t.client.prepare({ method: 'POST', path: '/v1/terminals/enrol', by: null, body });
      hasStatus(await t.client.send(t.client.sign(unsigned, newKey())), 413);
    }),
    rule('X-04', 'A stranger’s body is not waited for: 401 by its head alone', async (t) => {
      const answer = await t.client.raw(headOnly(t, 1_000_000, { ...t.first, ...newKey() }));
      hasStatus(answer, 401);
    }),
    rule('X-05', 'A body is application/json, and nothing else (415)', async (t) => {
      for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x']) {
        const headers = { 'content-type': type };
        const path = keyPath(t.maker.applicationId());
        const body = t.newSubmission();
        hasStatus(await t.client.call({ method: 'PUT', path, by: t.first, body, headers }), 415);
      }
    }),
    rule('X-06', 'A body is not compressed (415)', async (t) => {
      const headers = { 'content-encoding': 'gzip' };
      const path = keyPath(t.maker.applicationId());
      hasStatus(
        await t.client.call({ method: 'PUT', path, by: t.first, body: t.newSubmission(), headers }),
        415,
      );
    }),
    rule('X-07', 'An address or headers without end are 414 or 431', async (t) => {
      for (const path of [`/v1/catalogue/items?x=${'x'.repeat(40_000)}`, '/v1/health']) {
        const headers = path === '/v1/health' ? { 'x-long': 'x'.repeat(40_000) } : {};
        hasStatus(await t.client.raw(t.client.headOf('GET', path, headers)), 414, 431);
      }
    }),
    rule('X-08', 'What is no HTTP, or an address that is none, is 400', async (t) => {
      hasStatus(await t.client.raw('HELLO\r\n\r\n'), 400);
      const { host } = t.client.urlOf('/');
      hasStatus(
        await t.client.raw(`GET http://[ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
        400,
      );
    }),
    rule('X-09', 'An address that the norm does not have is NOT_FOUND (404)', async (t) => {
      for (const path of ['/v2/anything', '/v1/applications', '/v1/cases/BJ0/archive'])
        refuses(await t.client.call({ path, by: 'desk' }), 404, 'NOT_FOUND');
    }),
    rule('X-10', 'A query that is out of its bounds is BAD_REQUEST (400)', async (t) => {
      for (const query of ['?after=-1', '?limit=0', '?limit=1001', '?limit=ten', '?chain=none']) {
        const answer = await t.client.call({ path: `/v1/cases${query}`, by: 'desk' });
        holds(answer.status === 400, 'status 400', toldAnswer(answer));
      }
    }),
  ],
};

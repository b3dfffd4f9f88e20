import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import { startTestPostgres, type TestPostgres } from './database/for-tests.ts';
import {
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  TERMINAL,
  TEST_NOW_MS,
  applicationId,
  call,
  listCases,
  startTestPlatform,
  sendRaw,
  submission,
  submit,
  type By,
} from './for-tests.ts';
import { signedBy } from './identity/for-tests.ts';
import type { Platform } from './server.ts';

let postgres: TestPostgres;
let platform: Platform;
const logged: string[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  platform = await startTestPlatform(await postgres.createDatabase(), (line) =>
    logged.push(JSON.stringify(line)),
  );
}, 60_000);

afterAll(async () => {
  await platform.close();
  await postgres.close();
});

const good = submission(ORDINARY_PAYLOAD);

describe('a malformed submission is 400 with a reason, and nothing is stored', () => {
  test.each<[string, unknown]>([
    ['not JSON', '{"terminalId":'],
    ['an empty body', ''],
    ['null', 'null'],
    ['an array', []],
    ['a text', '"text"'],
    ['nested half a million deep', '['.repeat(500_000)],
    ['deep and closed', `{"payload":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['a missing key', { ...good, receiptNo: undefined }],
    ['a wrong type', { ...good, stationId: 999901001 }],
    ['a wrong hash form', { ...good, payloadSha256: 'ABC' }],
    ['a date that is none', { ...good, receivedAt: 'yesterday' }],
    ['an unknown language', { ...good, language: 'tlh' }],
    ['a long text', { ...good, itemVersion: 'x'.repeat(61) }],
  ])('%s', async (_name, body) => {
    const answer = await submit(platform, 1, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      code: 'BAD_REQUEST',
      status: 400,
      data: { reason: expect.any(String) },
    });
    expect(answer.text).not.toMatch(/node_modules|\.ts:|\\n/);
    expect(await listCases(platform)).toEqual([]);
  });
});

test.each([
  ['not a UUIDv7', '/v1/applications/1/revisions/1'],
  ['a revision that is no number', `/v1/applications/${applicationId(1)}/revisions/one`],
  ['revision 0', `/v1/applications/${applicationId(1)}/revisions/0`],
  ['broken percent signs', `/v1/applications/%E0%A4%A/revisions/1`],
])('a key that is %s is 400', async (_name, path) => {
  const answer = await call(platform.url + path, { method: 'PUT', by: TERMINAL, body: good });
  expect(answer.status).toBe(400);
});

test('an oversized body is 413 by its declared length, and by its bytes when it declares none', async () => {
  const body = JSON.stringify({ ...good, itemVersion: 'x'.repeat(MAX_SUBMISSION_BYTES) });
  expect((await submit(platform, 1, body)).status).toBe(413);
  const path = `/v1/applications/${applicationId(1)}/revisions/1`;
  const headers = signedBy(
    TERMINAL,
    { method: 'PUT', url: `http://x${path}`, headers: { 'content-type': 'application/json' }, body },
    { nowMs: TEST_NOW_MS },
  );
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = await sendRaw(
    platform.url,
    `PUT ${path} HTTP/1.1\r\nHost: x\r\n${lines.join('')}Transfer-Encoding: chunked\r\n\r\n` +
      `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
});

test.each([
  ['text/plain', {}],
  ['multipart/form-data; boundary=x', {}],
  ['application/json', { 'content-encoding': 'gzip' }],
])('a body as %s %j is 415', async (type, headers) => {
  const answer = await call(`${platform.url}/v1/applications/${applicationId(1)}/revisions/1`, {
    method: 'PUT',
    by: TERMINAL,
    body: '{}',
    headers: { 'content-type': type, ...headers },
  });
  expect(answer.status).toBe(415);
});

const wholeKey = `/v1/applications/${applicationId(1)}/revisions/1`;
describe('each sees its own calls only', () => {
  test.each<[string, string, unknown, By | undefined]>([
    ['PUT', wholeKey, good, undefined],
    ['PUT', wholeKey, good, 'nobody-knows-this-token'],
    ['PUT', wholeKey, good, `${DESK_TOKEN}x`],
    ['PUT', wholeKey, good, DESK_TOKEN],
    ['GET', wholeKey, undefined, DESK_TOKEN],
    ['POST', '/v1/codes/resolve', { token: 'code' }, undefined],
    ['POST', '/v1/codes/resolve', { token: 'code' }, DESK_TOKEN],
    ['GET', '/v1/catalogue/items', undefined, undefined],
    ['GET', '/v1/catalogue/items/elderly-allowance', undefined, DESK_TOKEN],
    ['GET', '/v1/catalogue/regions', undefined, DESK_TOKEN],
    ['POST', '/v1/cases/progress', { by: 'card', personNumber: '999901194503120014' }, undefined],
    ['POST', '/v1/cases/progress', { by: 'card', personNumber: '999901194503120014' }, DESK_TOKEN],
    ['POST', '/v1/cases/correction', { caseNo: 'BJ1', personNumber: '999901194503120014' }, DESK_TOKEN],
    ['POST', '/v1/cases/BJ1/acceptance', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/refusal', { reason: { zh: '不符', en: 'Not so' } }, TERMINAL],
    ['POST', '/v1/cases/BJ1/corrections/confirmation', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/steps/0', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/special-procedures', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/special-procedures/end', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/extension', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/hand-over', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/return', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/withdrawal', {}, TERMINAL],
    ['POST', '/v1/cases/BJ1/delivery', {}, TERMINAL],
    ['GET', '/v1/cases/BJ1/history', undefined, TERMINAL],
    ['GET', '/v1/alerts', undefined, TERMINAL],
    ['GET', '/v1/cases', undefined, TERMINAL],
    ['PUT', '/v1/bookings/20261122', {}, TERMINAL],
    ['DELETE', '/v1/bookings/20261122', undefined, TERMINAL],
    ['POST', '/v1/bookings/of-station', {}, DESK_TOKEN],
    ['POST', '/v1/bookings/search', {}, DESK_TOKEN],
    ['POST', '/v1/bookings/outcomes', {}, DESK_TOKEN],
    ['GET', '/v1/inbox', undefined, undefined],
    ['GET', '/v1/inbox', undefined, DESK_TOKEN],
    ['GET', '/v1/inbox', undefined, TERMINAL],
    ['GET', '/v1/inbox', undefined, `yzd_${'x'.repeat(43)}`],
    ['POST', '/v1/inbox/acknowledgements', { cursor: 1 }, DESK_TOKEN],
    ['GET', `/v1/dispatches?chain=${applicationId(1)}`, undefined, TERMINAL],
    ['PUT', '/v1/fleet/heartbeat', {}, undefined],
    ['PUT', '/v1/fleet/heartbeat', {}, DESK_TOKEN],
    ['PUT', `/v1/fleet/commands/${applicationId(1)}/outcome`, {}, undefined],
    ['PUT', `/v1/fleet/commands/${applicationId(1)}/outcome`, {}, DESK_TOKEN],
    ['GET', `/v1/fleet/parcels/${'a'.repeat(64)}`, undefined, undefined],
    ['GET', `/v1/fleet/parcels/${'a'.repeat(64)}`, undefined, DESK_TOKEN],
    ['GET', `/v1/fleet/parcels/${'a'.repeat(64)}/chunks/0`, undefined, undefined],
    ['GET', `/v1/fleet/parcels/${'a'.repeat(64)}/chunks/0`, undefined, DESK_TOKEN],
    ['PUT', `/v1/terminals/audit/${'a'.repeat(32)}/0`, {}, undefined],
    ['PUT', `/v1/terminals/audit/${'a'.repeat(32)}/0`, {}, DESK_TOKEN],
    ['PUT', '/v1/terminals/permit-key', {}, undefined],
    ['PUT', '/v1/terminals/permit-key', {}, DESK_TOKEN],
    ['PUT', '/v1/terminals/readiness', {}, undefined],
    ['PUT', '/v1/terminals/readiness', {}, DESK_TOKEN],
    ['PUT', '/v1/station-days/2026-11-21', {}, undefined],
    ['PUT', '/v1/station-days/2026-11-21', {}, DESK_TOKEN],
    ['GET', '/v1/station-days?stationId=999901001&from=2026-11-21&until=2026-11-21', undefined, TERMINAL],
    ['GET', '/v1/station-days?stationId=999901001&from=2026-11-21&until=2026-11-21', undefined, undefined],
    ['POST', '/v1/cases/BJ2026112200000001/dispatches', {}, TERMINAL],
    ['GET', '/v1/cases/BJ2026112200000001/course', undefined, TERMINAL],
    ['GET', '/v1/rating-ledger', undefined, TERMINAL],
    ['POST', '/v1/rating-ledger/CP2026112200000001/case', {}, TERMINAL],
    ['POST', '/v1/rating-ledger/CP2026112200000001/verification', {}, TERMINAL],
    ['POST', '/v1/rating-ledger/CP2026112200000001/remedy', {}, TERMINAL],
    ['POST', '/v1/rating-ledger/CP2026112200000001/closure', {}, TERMINAL],
    ['GET', '/v1/call-backs', undefined, TERMINAL],
    ['POST', '/v1/call-backs/HF2026112200000001/calls', {}, TERMINAL],
    ['GET', '/v1/evaluation?from=2026-11-21&until=2026-11-21', undefined, TERMINAL],
    ['GET', '/v1/evaluation?from=2026-11-21&until=2026-11-21', undefined, undefined],
    ['GET', '/v1/ratings', undefined, TERMINAL],
    ['POST', '/v1/ratings', {}, DESK_TOKEN],
    ['POST', '/v1/reply-refusals', {}, DESK_TOKEN],
    ['POST', '/v1/cases/BJ2026112200000001/replies', {}, TERMINAL],
    ['GET', '/v1/cases/BJ2026112200000001', undefined, TERMINAL],
  ])('%s %s', async (method, path, body, by) => {
    const answer = await call(platform.url + path, {
      method,
      ...(body === undefined ? {} : { body }),
      ...(by === undefined ? {} : { by }),
    });
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await listCases(platform)).toEqual([]);
  });
});

test('the catalogue is served under the norm, and an unknown item is 404', async () => {
  const list = await call(`${platform.url}/v1/catalogue/items`, { by: TERMINAL });
  expect(list.json).toEqual({
    items: expect.arrayContaining([
      {
        slug: 'elderly-allowance',
        version: expect.any(String),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]),
  });
  const item = await call(`${platform.url}/v1/catalogue/items/elderly-allowance`, { by: TERMINAL });
  expect(item.json).toMatchObject({ slug: 'elderly-allowance', name: { zh: '高龄津贴申领' } });
  const none = await call(`${platform.url}/v1/catalogue/items/no-such-item`, { by: TERMINAL });
  expect(none.status).toBe(404);
});

test('the places of addresses come whole, and to who has them only the word that they are the same', async () => {
  const path = `${platform.url}/v1/catalogue/regions`;
  const whole = await call(path, { by: TERMINAL });
  expect(whole.json).toMatchObject({
    state: 'table',
    table: {
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      regions: expect.arrayContaining([{ code: '999901', name: '示例区' }]),
    },
  });
  const { table } = whole.json as { table: { sha256: string } };
  expect((await call(`${path}?known=${table.sha256}`, { by: TERMINAL })).json).toEqual({ state: 'same' });
  expect((await call(`${path}?known=${'0'.repeat(64)}`, { by: TERMINAL })).json).toMatchObject({
    state: 'table',
  });
  expect((await call(`${path}?known=nonsense`, { by: TERMINAL })).status).toBe(400);
});

test('health is open and asks the database', async () => {
  const answer = await call(`${platform.url}/v1/health`, {});
  expect(answer.json).toEqual({ status: 'ok', time: '2026-11-21T17:30:00.000Z', monthsAhead: 3 });
});

const OFFICES = 'deskToken,departmentToken';

test('the OpenAPI document has every call with an id and its token', async () => {
  const { json } = await call(`${platform.url}/openapi.json`, {});
  const document = json as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; security: object[] }>>;
    components: { securitySchemes: Record<string, { type: string; name?: string }> };
  };
  expect(document.openapi).toMatch(/^3\.1\./);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security }]) => [
      `${method} ${path}`,
      operationId,
      security.flatMap((entry) => Object.keys(entry)).join(),
    ]),
  );
  expect(operations.sort()).toEqual([
    ['delete /v1/bookings/{bookingNo}', 'bookings.cancel', 'deskToken'],
    ['get /v1/alerts', 'cases.alerts', 'deskToken'],
    ['get /v1/applications/{applicationId}/attachments/{sha256}', 'attachments.status', 'terminalSignature'],
    ['get /v1/applications/{applicationId}/revisions/{revision}', 'applications.find', 'terminalSignature'],
    ['get /v1/call-backs', 'callBacks.list', 'deskToken'],
    ['get /v1/cases', 'cases.list', 'deskToken'],
    ['get /v1/cases/{caseNo}', 'cases.get', OFFICES],
    ['get /v1/cases/{caseNo}/course', 'interactions.course', 'deskToken'],
    ['get /v1/cases/{caseNo}/history', 'cases.history', OFFICES],
    ['get /v1/cases/{caseNo}/interaction', 'interactions.state', OFFICES],
    ['get /v1/catalogue/chains', 'catalogue.chains', 'terminalSignature'],
    ['get /v1/catalogue/guide-errors', 'catalogue.guideErrors', 'deskToken'],
    ['get /v1/catalogue/items', 'catalogue.list', 'terminalSignature'],
    ['get /v1/catalogue/items/{slug}', 'catalogue.get', 'terminalSignature'],
    ['get /v1/catalogue/regions', 'catalogue.regions', 'terminalSignature'],
    ['get /v1/dispatches', 'dispatches.list', 'deskToken'],
    ['get /v1/evaluation', 'evaluation.figures', 'deskToken'],
    ['get /v1/fleet/parcels/{sha256}', 'fleet.parcel', 'terminalSignature'],
    ['get /v1/fleet/parcels/{sha256}/chunks/{number}', 'fleet.parcelChunk', 'terminalSignature'],
    ['get /v1/health', 'health', ''],
    ['get /v1/inbox', 'inbox.read', 'departmentToken'],
    ['get /v1/keys', 'keys.list', ''],
    ['get /v1/rating-ledger', 'ledger.list', 'deskToken'],
    ['get /v1/ratings', 'ratings.list', 'deskToken'],
    ['get /v1/station-days', 'stationDays.figures', 'deskToken'],
    [
      'post /v1/applications/{applicationId}/attachments/{sha256}/chunks',
      'attachments.append',
      'terminalSignature',
    ],
    ['post /v1/bookings/of-station', 'bookings.ofStation', 'terminalSignature'],
    ['post /v1/bookings/outcomes', 'bookings.settle', 'terminalSignature'],
    ['post /v1/bookings/search', 'bookings.search', 'terminalSignature'],
    ['post /v1/call-backs/{callBackNo}/calls', 'callBacks.call', 'deskToken'],
    ['post /v1/cases/correction', 'cases.openCorrection', 'terminalSignature'],
    ['post /v1/cases/progress', 'cases.progress', 'terminalSignature'],
    ['post /v1/cases/{caseNo}/acceptance', 'cases.accept', OFFICES],
    ['post /v1/cases/{caseNo}/corrections', 'cases.requestCorrection', OFFICES],
    ['post /v1/cases/{caseNo}/corrections/confirmation', 'cases.confirmCorrection', OFFICES],
    ['post /v1/cases/{caseNo}/delivery', 'cases.deliver', OFFICES],
    ['post /v1/cases/{caseNo}/dispatches', 'interactions.dispatch', 'deskToken'],
    ['post /v1/cases/{caseNo}/extension', 'cases.extend', OFFICES],
    ['post /v1/cases/{caseNo}/hand-over', 'cases.handOver', OFFICES],
    ['post /v1/cases/{caseNo}/refusal', 'cases.refuse', OFFICES],
    ['post /v1/cases/{caseNo}/replies', 'interactions.reply', OFFICES],
    ['post /v1/cases/{caseNo}/result', 'cases.close', OFFICES],
    ['post /v1/cases/{caseNo}/return', 'cases.return', OFFICES],
    ['post /v1/cases/{caseNo}/special-procedures', 'cases.beginSpecial', OFFICES],
    ['post /v1/cases/{caseNo}/special-procedures/end', 'cases.endSpecial', OFFICES],
    ['post /v1/cases/{caseNo}/steps/{step}', 'cases.completeStep', OFFICES],
    ['post /v1/cases/{caseNo}/withdrawal', 'cases.withdraw', OFFICES],
    ['post /v1/catalogue/guide-reports', 'catalogue.reportGuide', 'terminalSignature'],
    ['post /v1/codes/resolve', 'codes.resolve', 'terminalSignature'],
    ['post /v1/inbox/acknowledgements', 'inbox.acknowledge', 'departmentToken'],
    ['post /v1/rating-ledger/{entryNo}/case', 'ledger.showCase', 'deskToken'],
    ['post /v1/rating-ledger/{entryNo}/closure', 'ledger.close', 'deskToken'],
    ['post /v1/rating-ledger/{entryNo}/remedy', 'ledger.answer', 'deskToken'],
    ['post /v1/rating-ledger/{entryNo}/verification', 'ledger.verify', 'deskToken'],
    ['post /v1/ratings', 'ratings.submit', 'terminalSignature'],
    ['post /v1/reply-refusals', 'interactions.refuse', 'terminalSignature'],
    ['post /v1/terminals/enrol', 'terminals.enrol', 'terminalSignature'],
    ['post /v1/terminals/key', 'terminals.changeKey', 'terminalSignature'],
    ['put /v1/applications/{applicationId}/revisions/{revision}', 'applications.submit', 'terminalSignature'],
    ['put /v1/bookings/{bookingNo}', 'bookings.keep', 'deskToken'],
    ['put /v1/fleet/commands/{commandId}/outcome', 'fleet.settle', 'terminalSignature'],
    ['put /v1/fleet/heartbeat', 'fleet.heartbeat', 'terminalSignature'],
    ['put /v1/station-days/{day}', 'stationDays.report', 'terminalSignature'],
    ['put /v1/terminals/audit/{chain}/{after}', 'terminals.tellAudit', 'terminalSignature'],
    ['put /v1/terminals/permit-key', 'terminals.sharePermitKey', 'terminalSignature'],
    ['put /v1/terminals/readiness', 'terminals.reportReadiness', 'terminalSignature'],
  ]);
  expect(document.components.securitySchemes['terminalSignature']).toMatchObject({
    type: 'apiKey',
    name: 'Signature',
  });
  expect(Object.keys(document.components.securitySchemes)).toEqual([
    'terminalSignature',
    'deskToken',
    'departmentToken',
  ]);
});

test('the desk’s page opens with the token, goes on with the cookie, and is shut without', async () => {
  expect((await call(`${platform.url}/`, {})).status).toBe(401);
  expect((await call(`${platform.url}/?token=wrong`, {})).status).toBe(401);
  expect((await call(`${platform.url}/`, { headers: { cookie: 'yizhan_desk=wrong' } })).status).toBe(401);
  const opened = await call(`${platform.url}/?token=${DESK_TOKEN}`, {});
  expect(opened.status).toBe(200);
  const cookie = opened.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  expect(cookie).not.toContain(DESK_TOKEN);
  const again = await call(`${platform.url}/`, { headers: { cookie: cookie.split(';')[0] ?? '' } });
  expect(again.status).toBe(200);
  expect(again.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/);
  expect(again.text).not.toContain('<script');
});

test('no log line holds a token, an id or a person', () => {
  expect(logged.length).toBeGreaterThan(20);
  expect(logged.join('\n')).not.toMatch(/token-for-tests|01995b00|张建国|99990119|passwd/);
});

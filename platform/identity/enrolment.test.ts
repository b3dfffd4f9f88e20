import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeEnrolmentCode } from '#contract/enrolment-code.ts';
import { MAX_IDENTITY_BYTES } from '#contract/terminal-identity.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  TEST_NOW_MS,
  call,
  send,
  startTestPlatform,
  submission,
  submit,
  type Answer,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';
import { enrolTerminal } from './enrol.ts';
import { issueTestCode, signedBy, testTerminal, type TestTerminal } from './for-tests.ts';
import { revokeTerminal } from './terminals.ts';

let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;
const logged: string[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl, (line) => logged.push(JSON.stringify(line)));
}, 60_000);

afterAll(async () => {
  await platform.close();
  await postgres.close();
});

const STATION = '999901001';
let serial = 0;
/** One that the platform has never heard of, and a code for it. */
async function newcomer(): Promise<{ terminal: TestTerminal; code: string }> {
  serial += 1;
  const terminal = testTerminal(`N-${String(serial)}`, STATION);
  return { terminal, code: await issueTestCode(databaseUrl, terminal.terminalId, STATION, TEST_NOW_MS) };
}

function enrol(terminal: TestTerminal, code: string, by: TestTerminal = terminal): Promise<Answer> {
  const { terminalId, stationId, publicKey } = terminal;
  const body = { terminalId, stationId, publicKey, code };
  return call(`${platform.url}/v1/terminals/enrol`, { method: 'POST', by, body });
}

const listAs = (by: TestTerminal) => call(`${platform.url}/v1/catalogue/items`, { by });
const codeOf = (answer: Answer) => (answer.json as { code?: string }).code; // of every error

function withKeyOf(terminal: TestTerminal, other: TestTerminal): TestTerminal {
  return { ...other, terminalId: terminal.terminalId, stationId: terminal.stationId };
}

async function revoke(terminalId: string): Promise<void> {
  const pool = connect(databaseUrl);
  await revokeTerminal(pool, terminalId, 'test', TEST_NOW_MS);
  await pool.end();
}

describe('a new terminal with its code', () => {
  test('is known from then on, and submits', async () => {
    const { terminal, code } = await newcomer();
    expect(codeOf(await listAs(terminal))).toBe('TERMINAL_UNKNOWN');
    const answer = await enrol(terminal, code);
    expect(answer.json).toEqual({
      terminalId: terminal.terminalId,
      stationId: STATION,
      keyId: terminal.keyId,
      enrolledAt: '2026-11-21T17:30:00.000Z',
      fleetKey: { kty: 'OKP', crv: 'Ed25519', x: expect.stringMatching(/^[\w-]{43}$/) },
    });
    const sent = { ...submission(ORDINARY_PAYLOAD), terminalId: terminal.terminalId };
    expect((await submit(platform, 1, sent, terminal)).status).toBe(200);
  });

  test('that asks again, its answer being lost, is answered the same, also when the code is too old by then', async () => {
    const { terminal, code } = await newcomer();
    const first = await enrol(terminal, code);
    expect(first.status).toBe(200);
    expect((await enrol(terminal, code)).text).toBe(first.text);
    const pool = connect(databaseUrl);
    const { terminalId, stationId, publicKey } = terminal;
    const late = await enrolTerminal(
      pool,
      { terminalId, stationId, publicKey, code },
      TEST_NOW_MS + 100 * 3_600_000,
    );
    await pool.end();
    expect(late).toMatchObject({ kind: 'enrolled', enrolled: { keyId: terminal.keyId } });
  });

  test('of ten that ask at once with ten keys, one is enrolled', async () => {
    const { terminal, code } = await newcomer();
    const keys = Array.from({ length: 10 }, () => withKeyOf(terminal, testTerminal('x', STATION)));
    const answers = await Promise.all(keys.map((key) => enrol(key, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
  });
});

describe('an enrolment is refused by name', () => {
  test('with a code that was never issued, or for another terminal, or another station', async () => {
    const { terminal, code } = await newcomer();
    const unknown = makeEnrolmentCode(new Uint8Array(15).fill(7));
    expect(codeOf(await enrol(terminal, unknown))).toBe('ENROLMENT_CODE_UNKNOWN');
    expect(codeOf(await enrol({ ...terminal, terminalId: 'N-other' }, code))).toBe('ENROLMENT_CODE_UNKNOWN');
    expect(codeOf(await enrol({ ...terminal, stationId: '999901002' }, code))).toBe('ENROLMENT_CODE_UNKNOWN');
    expect((await enrol(terminal, code)).status).toBe(200);
  });

  test('with a code that another key has used', async () => {
    const { terminal, code } = await newcomer();
    await enrol(terminal, code);
    const thief = withKeyOf(terminal, testTerminal('x', STATION));
    const answer = await enrol(thief, code);
    expect(answer.status).toBe(409);
    expect(codeOf(answer)).toBe('ENROLMENT_CODE_USED');
  });

  test('with a code that is too old, or whose terminal was revoked since', async () => {
    const { terminal } = await newcomer();
    const old = await issueTestCode(databaseUrl, terminal.terminalId, STATION, TEST_NOW_MS - 3_600_000);
    const answer = await enrol(terminal, old);
    expect(answer.status).toBe(410);
    expect(codeOf(answer)).toBe('ENROLMENT_CODE_EXPIRED');
    const waiting = await newcomer();
    await revoke(waiting.terminal.terminalId);
    expect(codeOf(await enrol(waiting.terminal, waiting.code))).toBe('ENROLMENT_CODE_EXPIRED');
  });

  test('while the terminal is enrolled with another key', async () => {
    const { terminal, code } = await newcomer();
    await enrol(terminal, code);
    const second = await issueTestCode(databaseUrl, terminal.terminalId, STATION, TEST_NOW_MS);
    const other = withKeyOf(terminal, testTerminal('x', STATION));
    expect(codeOf(await enrol(other, second))).toBe('TERMINAL_ALREADY_ENROLLED');
    expect((await listAs(terminal)).status).toBe(200);
  });

  test('with the key of another terminal, as on a copied disk', async () => {
    const { terminal, code } = await newcomer();
    await enrol(terminal, code);
    const copy = await newcomer();
    const answer = await enrol(withKeyOf(copy.terminal, terminal), copy.code);
    expect(codeOf(answer)).toBe('KEY_IN_USE');
    expect((await enrol(copy.terminal, copy.code)).status).toBe(200);
  });

  test('without proof of the key: signed by another, unsigned, by the desk', async () => {
    const { terminal, code } = await newcomer();
    const other = testTerminal('x', STATION);
    expect(codeOf(await enrol(terminal, code, other))).toBe('SIGNATURE_INVALID');
    expect(codeOf(await enrol(terminal, code, { ...other, keyId: terminal.keyId }))).toBe(
      'SIGNATURE_INVALID',
    );
    const { terminalId, stationId, publicKey } = terminal;
    const body = { terminalId, stationId, publicKey, code };
    const url = `${platform.url}/v1/terminals/enrol`;
    expect(codeOf(await call(url, { method: 'POST', body }))).toBe('UNAUTHORIZED');
    expect(codeOf(await call(url, { method: 'POST', body, by: DESK_TOKEN }))).toBe('UNAUTHORIZED');
    expect(codeOf(await listAs(terminal))).toBe('TERMINAL_UNKNOWN');
  });

  test.each<[string, object | string, number]>([
    ['without a key', { code: 'x' }, 400],
    ['with half a key', { publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'short' } }, 400],
    [
      'with a private key',
      { publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), d: 'B'.repeat(43) } },
      400,
    ],
    ['with a key that is none', { publicKey: { kty: 'OKP', crv: 'Ed25519', x: '_'.repeat(43) } }, 401],
    ['as no JSON', '{', 400],
    ['with more than it may say', { padding: 'x'.repeat(MAX_IDENTITY_BYTES) }, 413],
  ])('%s', async (_what, body, status) => {
    const { terminal } = await newcomer();
    const url = `${platform.url}/v1/terminals/enrol`;
    expect((await call(url, { method: 'POST', by: terminal, body })).status).toBe(status);
  });
});

test('a revoked terminal comes back with a new code and a new key, never with the old one', async () => {
  const { terminal, code } = await newcomer();
  await enrol(terminal, code);
  await revoke(terminal.terminalId);
  expect(codeOf(await enrol(terminal, code))).toBe('ENROLMENT_CODE_USED');
  const again = await issueTestCode(databaseUrl, terminal.terminalId, STATION, TEST_NOW_MS);
  expect(codeOf(await enrol(terminal, again))).toBe('KEY_IN_USE');
  const renewed = withKeyOf(terminal, testTerminal('x', STATION));
  expect((await enrol(renewed, again)).status).toBe(200);
  expect((await listAs(renewed)).status).toBe(200);
  expect(codeOf(await listAs(terminal))).toBe('TERMINAL_UNKNOWN');
});

describe('a change of key', () => {
  const changeUrl = () => `${platform.url}/v1/terminals/key`;

  function change(next: TestTerminal, signers: readonly TestTerminal[]): Promise<Answer> {
    const body = JSON.stringify({ publicKey: next.publicKey });
    let headers: Record<string, string> = { 'content-type': 'application/json' };
    signers.forEach((signer, index) => {
      const label = `s${String(index)}`;
      const request = { method: 'POST', url: changeUrl(), headers, body };
      headers = signedBy(signer, request, { nowMs: TEST_NOW_MS, label });
    });
    return send(changeUrl(), 'POST', headers, body);
  }

  test('signed by both lets the new key in and the old one out', async () => {
    const { terminal, code } = await newcomer();
    await enrol(terminal, code);
    const next = withKeyOf(terminal, testTerminal('x', STATION));
    const answer = await change(next, [terminal, next]);
    expect(answer.json).toMatchObject({ terminalId: terminal.terminalId, keyId: next.keyId });
    expect((await listAs(next)).status).toBe(200);
    expect(codeOf(await listAs(terminal))).toBe('TERMINAL_UNKNOWN');
  });

  test('is refused without either proof, and to a stranger', async () => {
    const { terminal, code } = await newcomer();
    await enrol(terminal, code);
    const next = withKeyOf(terminal, testTerminal('x', STATION));
    const stranger = testTerminal('x', STATION);
    const forged = { ...stranger, keyId: next.keyId };
    const forgedOld = { ...stranger, keyId: terminal.keyId };
    for (const [signers, code_] of [
      [[terminal], 'SIGNATURE_INVALID'],
      [[next], 'SIGNATURE_INVALID'],
      [[terminal, terminal], 'SIGNATURE_INVALID'],
      [[next, next], 'SIGNATURE_INVALID'],
      [[terminal, forged], 'SIGNATURE_INVALID'],
      [[forged, terminal], 'SIGNATURE_INVALID'],
      [[forgedOld, next], 'SIGNATURE_INVALID'],
      [[next, forgedOld], 'SIGNATURE_INVALID'],
      [[stranger, next], 'TERMINAL_UNKNOWN'],
    ] as const) {
      expect(codeOf(await change(next, signers))).toBe(code_);
    }
    expect((await listAs(terminal)).status).toBe(200);
  });

  test('to the key of another terminal is refused', async () => {
    const one = await newcomer();
    const other = await newcomer();
    await enrol(one.terminal, one.code);
    await enrol(other.terminal, other.code);
    // Signed by two enrolled keys: the second one proves that the sender has it.
    expect(codeOf(await change(other.terminal, [one.terminal, other.terminal]))).toBe('KEY_IN_USE');
    expect((await listAs(other.terminal)).status).toBe(200);
  });
});

test('no log line and no table holds a code', async () => {
  const { terminal, code } = await newcomer();
  await enrol(terminal, code);
  expect(logged.join('\n')).not.toContain(code);
  const pool = connect(databaseUrl);
  const { rows } = await pool.query('SELECT c::text AS row FROM enrolment_code c');
  await pool.end();
  expect(rows.length).toBeGreaterThan(5);
  expect(JSON.stringify(rows)).not.toContain(code);
});

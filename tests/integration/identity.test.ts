/** The terminal's identity against the reference platform on a real PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { displayEnrolmentCode, makeEnrolmentCode } from '#contract/enrolment-code.ts';
import type { Clock } from '#contract/ports.ts';
import { catalogueDir } from '#platform/catalogue/load-catalogue.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { revokeTerminal } from '#platform/identity/terminals.ts';
import { startPlatform, type Platform } from '#platform/server.ts';
import { identityFilePath } from '#terminal/identity/identity-file.ts';
import type { Identity } from '#terminal/identity/identity.ts';
import { keyIdOf } from '#terminal/identity/key-id.ts';
import { platformIdentity, type PlatformIdentity } from '#terminal/identity/platform-identity.ts';
import { tendIdentity } from '#terminal/identity/tend-identity.ts';
import type { LogLine } from '#terminal/log.ts';
import { createPlatformClient, type WholePlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { startAnswerProxy, type AnswerProxy } from '../support/answer-proxy.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;
let line: AnswerProxy;
let dataDir: string;
let serial = 0;
let terminalId: string;
const cleanUps: (() => void)[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: 'desk-token-of-the-test',
    clock: systemClock,
    catalogueDir,
  });
});
afterAll(async () => {
  await platform.close();
  await postgres.close();
});
beforeEach(async () => {
  line = await startAnswerProxy(Number(new URL(platform.url).port));
  dataDir = newDataDir();
  serial += 1;
  terminalId = `I-${String(serial)}`;
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
  await line.close();
  removeDataDir(dataDir);
});

const STATION = { region: '999901', station: '001' };
const MASTER_KEY = Buffer.alloc(32, 7);
const newCode = () => issueTestCode(databaseUrl, terminalId, '999901001', Date.now());

interface Started {
  readonly own: PlatformIdentity;
  readonly client: WholePlatformClient;
  readonly identity: Identity;
  readonly log: readonly LogLine[];
  /** What the audit is told. */
  readonly events: readonly (readonly unknown[])[];
}

/** As the terminal builds it; `aheadMs`: how wrong its clock is. */
function start({ aheadMs = 0, folder = dataDir, id = terminalId } = {}): Started {
  const log: LogLine[] = [];
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const own = platformIdentity({
    dataDir: folder,
    masterKey: MASTER_KEY,
    suite: 'aes-256-gcm',
    terminal: { id, ...STATION },
    clock,
    randomBytes,
    log: (entry) => log.push(entry),
  });
  const client = createPlatformClient({
    url: `http://127.0.0.1:${line.port}`,
    signing: own.signing,
    timeoutMs: 5_000,
    transport: createPlatformTransport(null),
  });
  cleanUps.push(() => client.close());
  const events: unknown[][] = [];
  const identity = own.connect(client, {
    onEvent: (...event) => events.push(event),
    onEnrolled: () => undefined,
  });
  return { own, client, identity, log, events };
}

const codeOf = (result: { ok: boolean; fault?: { code: string } }) => (result.ok ? 'ok' : result.fault?.code);

async function revoke(): Promise<void> {
  const pool = connect(databaseUrl);
  await revokeTerminal(pool, terminalId, 'test', Date.now());
  await pool.end();
}

/** The platform does what it was asked, and its answer never arrives; the line works again after that. */
function loseNextAnswer(): void {
  line.onAnswer = () => {
    line.onAnswer = () => false;
    return true;
  };
}

describe('a terminal that nobody has enrolled', () => {
  it('says so and asks the platform nothing but whether it is there', async () => {
    const { client, identity } = start();
    expect(codeOf(await client.listItems())).toBe('identity.not-enrolled');
    expect(await client.isAlive()).toEqual({ ok: true, value: null });
    expect(identity.state()).toBe('not-enrolled');
    expect(existsSync(identityFilePath(dataDir))).toBe(false);
  });

  it('enrols with a code as a person types it, and is known after a restart', async () => {
    const { own, client, identity, events } = start();
    const typed = displayEnrolmentCode(await newCode())
      .toLowerCase()
      .replace(/0/g, 'o');
    expect(await identity.enrol(typed)).toMatchObject({ ok: true, value: { terminalId } });
    const fleetKey = own.fleetPin.current();
    if (fleetKey === null) throw new Error('no key for orders was pinned');
    expect(events).toEqual([
      ['fleet.key-pinned', 'success', keyIdOf(fleetKey)],
      ['identity.enrolled', 'success', null],
    ]);
    expect(codeOf(await client.listItems())).toBe('ok');
    expect(identity.state()).toBe('enrolled');
    expect(codeOf(await start().client.listItems())).toBe('ok');
  });

  it.each<[string, () => Promise<string> | string]>([
    ['enrolment.code-malformed', () => 'ABCD-EFGH'],
    ['enrolment.code-unknown', () => makeEnrolmentCode(randomBytes(15))],
    ['enrolment.code-unknown', () => issueTestCode(databaseUrl, 'I-other', '999901001', Date.now())],
    ['enrolment.code-expired', () => issueTestCode(databaseUrl, terminalId, '999901001', 0)],
  ])('is told %s, and can try another one', async (expected, bad) => {
    const { identity, client } = start();
    expect(codeOf(await identity.enrol(await bad()))).toBe(expected);
    expect(identity.state()).toBe('not-enrolled');
    expect(codeOf(await identity.enrol(await newCode()))).toBe('ok');
    expect(codeOf(await client.listItems())).toBe('ok');
  });

  it('with the code of a terminal that is enrolled already is told so', async () => {
    const code = await newCode();
    expect(codeOf(await start().identity.enrol(code))).toBe('ok');
    const folder = newDataDir();
    const second = start({ folder });
    expect(codeOf(await second.identity.enrol(code))).toBe('enrolment.code-used');
    expect(codeOf(await second.identity.enrol(await newCode()))).toBe('enrolment.already-enrolled');
    removeDataDir(folder);
  });

  it('whose answer was lost enrols with the same code and key, also after a restart', async () => {
    const code = await newCode();
    loseNextAnswer();
    expect(codeOf(await start().identity.enrol(code))).toBe('platform.unreachable');
    const { identity, client } = start();
    expect(identity.state()).toBe('not-enrolled');
    expect(codeOf(await identity.enrol(code))).toBe('ok');
    expect(codeOf(await client.listItems())).toBe('ok');
  });

  it('with a disk copied from another one makes a key of its own', async () => {
    const first = start();
    loseNextAnswer();
    await first.identity.enrol(await newCode());
    const before = terminalId;
    terminalId = `${before}-copy`;
    const copy = start({ id: terminalId });
    expect(codeOf(await copy.identity.enrol(await newCode()))).toBe('ok');
    expect(codeOf(await copy.client.listItems())).toBe('ok');
    expect(codeOf(await start({ id: before }).client.listItems())).toBe('identity.not-enrolled');
  });
});

describe('a code in its file', () => {
  const codeFile = () => join(dataDir, 'code');
  async function tend({ own, identity, log }: Started): Promise<void> {
    const tending = tendIdentity({
      identity,
      keys: own.keys,
      codeFile: codeFile(),
      clock: systemClock,
      everyMs: 60_000,
      log: () => log,
    });
    await tending.idle();
    tending.stop();
  }

  it('enrols the terminal by itself and is gone then; without one nothing happens', async () => {
    const started = start();
    await tend(started);
    expect(started.identity.state()).toBe('not-enrolled');
    writeFileSync(codeFile(), `${displayEnrolmentCode(await newCode())}\n`);
    await tend(started);
    expect(started.identity.state()).toBe('enrolled');
    expect(existsSync(codeFile())).toBe(false);
  });

  it('that was refused is left alone, and one that met a dead line is tried again', async () => {
    writeFileSync(codeFile(), makeEnrolmentCode(randomBytes(15)));
    const started = start();
    await tend(started);
    expect(started.log.map(({ code }) => code)).toEqual(['enrolment.code-unknown']);
    expect(existsSync(codeFile())).toBe(true);
    writeFileSync(codeFile(), await newCode());
    loseNextAnswer();
    await tend(started);
    expect(started.identity.state()).toBe('not-enrolled');
    await tend(started);
    expect(started.identity.state()).toBe('enrolled');
  });

  it('brings a revoked terminal back with a new key', async () => {
    const started = start();
    await started.identity.enrol(await newCode());
    await revoke();
    expect(codeOf(await started.client.listItems())).toBe('platform.terminal-revoked');
    expect(started.identity.state()).toBe('revoked');
    writeFileSync(codeFile(), await newCode());
    await tend(started);
    expect(started.identity.state()).toBe('enrolled');
    expect(codeOf(await started.client.listItems())).toBe('ok');
  });
});

describe('a clock that is wrong', () => {
  it.each([-86_400_000 * 400, -600_000, 600_000, 86_400_000 * 400])(
    'by %i ms at the start is corrected at the first call, and seen',
    async (aheadMs) => {
      const { client, identity, log } = start({ aheadMs });
      expect(identity.clockSkewMs()).toBe(0);
      expect(codeOf(await identity.enrol(await newCode()))).toBe('ok');
      expect(codeOf(await client.listItems())).toBe('ok');
      expect(Math.abs(identity.clockSkewMs() + aheadMs)).toBeLessThan(5_000);
      expect(log.filter(({ event }) => event === 'platform.clock-differs')).toHaveLength(1);
    },
  );
});

describe('a change of key', () => {
  async function enrolled(): Promise<Started> {
    const started = start();
    expect(codeOf(await started.identity.enrol(await newCode()))).toBe('ok');
    return started;
  }
  const keyIdOf = ({ own }: Started) => {
    const current = own.keys.current();
    return current.ok ? current.value.keyId : null;
  };

  it('takes the new key up, and the old one is known no more', async () => {
    const started = await enrolled();
    const old = readFileSync(identityFilePath(dataDir));
    const before = keyIdOf(started);
    expect(codeOf(await started.identity.rotate())).toBe('ok');
    expect(keyIdOf(started)).not.toBe(before);
    expect(codeOf(await started.client.listItems())).toBe('ok');
    writeFileSync(identityFilePath(dataDir), old);
    expect(codeOf(await start().client.listItems())).toBe('platform.terminal-unknown');
  });

  it('that was killed before the platform heard of it goes on with the old key, and can be done again', async () => {
    const { own } = await enrolled();
    expect(own.keys.prepare('rotation').ok).toBe(true);
    const again = start();
    const before = keyIdOf(again);
    expect(codeOf(await again.client.listItems())).toBe('ok');
    expect(keyIdOf(again)).toBe(before);
    expect(codeOf(await again.identity.rotate())).toBe('ok');
    expect(codeOf(await again.client.listItems())).toBe('ok');
  });

  it('that was killed after the platform did it goes on with the new key at the first call', async () => {
    const first = await enrolled();
    const before = keyIdOf(first);
    const old = first.own.keys.current();
    const next = first.own.keys.prepare('rotation');
    if (!old.ok || !next.ok) throw new Error('no keys');
    expect(codeOf(await first.client.changeKey(next.value.publicKey, [old.value, next.value]))).toBe('ok');
    const again = start();
    expect(keyIdOf(again)).toBe(before);
    expect(codeOf(await again.client.listItems())).toBe('ok');
    expect(keyIdOf(again)).toBe(next.value.keyId);
    expect(keyIdOf(start())).toBe(next.value.keyId);
  });

  it('whose answer was lost settles itself when it is asked for again', async () => {
    const started = await enrolled();
    loseNextAnswer();
    expect(codeOf(await started.identity.rotate())).toBe('platform.unreachable');
    expect(codeOf(await started.identity.rotate())).toBe('ok');
    expect(codeOf(await started.client.listItems())).toBe('ok');
    expect(started.own.keys.pending()).toBeNull();
  });
});

describe('the file of the key', () => {
  it('shows nothing of the key, and is its user’s only', async () => {
    const { own, identity, log } = start();
    await identity.enrol(await newCode());
    const text = readFileSync(identityFilePath(dataDir), 'utf8');
    const current = own.keys.current();
    if (!current.ok) throw new Error(current.fault.code);
    expect(text).not.toContain(current.value.publicKey.x);
    expect(Buffer.from(text, 'utf8').includes('Ed25519')).toBe(false);
    expect(JSON.stringify(log)).not.toContain(current.value.publicKey.x);
  });

  it('that is damaged, or sealed by another master key, has a fault of its own; enrolling again keeps it aside', async () => {
    const started = start();
    await started.identity.enrol(await newCode());
    writeFileSync(identityFilePath(dataDir), readFileSync(identityFilePath(dataDir)).subarray(0, 100));
    const broken = start();
    expect(broken.identity.state()).toBe('key-unreadable');
    expect(codeOf(await broken.client.listItems())).toBe('identity.key-unreadable');
    await revoke();
    expect(codeOf(await broken.identity.enrol(await newCode()))).toBe('ok');
    expect(codeOf(await broken.client.listItems())).toBe('ok');
    expect(readdirSync(join(dataDir, 'keys')).sort()).toEqual([
      'fleet-key.json',
      'identity.json',
      'identity.json.unreadable',
    ]);
  });

  it('that another process brings while the terminal runs is taken up without a restart', async () => {
    const running = start();
    expect(codeOf(await running.client.listItems())).toBe('identity.not-enrolled');
    expect(codeOf(await start().identity.enrol(await newCode()))).toBe('ok');
    expect(codeOf(await running.client.listItems())).toBe('ok');
    await revoke();
    expect(codeOf(await running.client.listItems())).toBe('platform.terminal-revoked');
    expect(codeOf(await start().identity.enrol(await newCode()))).toBe('ok');
    expect(codeOf(await running.client.listItems())).toBe('ok');
    rmSync(identityFilePath(dataDir));
  });
});

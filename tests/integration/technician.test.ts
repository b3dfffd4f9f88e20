import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StaffRole } from '#contract/access.ts';
import type { SecondAsked } from '#contract/second-person.ts';
import type { TechnicianView } from '#contract/technician-view.ts';
import { router, type TerminalRouter } from '#terminal/api/router.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { isDecommissioned } from '#terminal/store/destroy.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { systemRandomBytes } from '#terminal/system-ports.ts';
import { copiedAudit } from '../support/copied-audit.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { signIn, TEST_PIN, withDoor } from '../support/signed-in.ts';
import {
  expectOk,
  fillIn,
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  submit,
  tryStartTerminal,
  until,
  untilReady,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** What a technician sees and does at a terminal, and the moments at which he may not. */
type Client = RouterClient<TerminalRouter>;

let platform: ScriptedPlatform;
let dataDir: string;
let backups: string;
let under: TerminalUnderTest;
let client: Client;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  backups = mkdtempSync(join(tmpdir(), 'yizhan-backups-'));
  under = start();
  await untilReady(under);
  client = await as('t01', 'technician');
});
afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
  rmSync(backups, { recursive: true, force: true });
});

function start(): TerminalUnderTest {
  return startTerminalUnderTest({
    dataDir,
    platformUrl: platform.url,
    bend: (config) => withDoor({ ...config, storage: { ...config.storage, backupDir: backups } }),
  });
}

async function as(staffId: string, role: StaffRole): Promise<Client> {
  const guest = await signIn(under.terminal.access, staffId, role);
  const context = under.terminal.guest(guest);
  return createRouterClient(router, { context });
}

async function view(): Promise<TechnicianView> {
  const abort = new AbortController();
  for await (const now of await client.technician.watch(undefined, { signal: abort.signal })) {
    abort.abort();
    return now;
  }
  throw new Error('a watch begins with the present view');
}

const events = () =>
  copiedAudit(dataDir)
    .filter(({ event, actor }) => actor === 'technician' && !event.startsWith('access.'))
    .map(({ event, disposition, detail }) => `${event} ${disposition} ${detail ?? '-'}`);
const refused = (code: string) => ({ ok: false, fault: { code } });
const stateOf = (id: string) =>
  under.terminal.kiosk.station.snapshot().devices.find((device) => device.id === id)?.status.state;
const outOfService = () => client.technician.setService({ on: false }).then(expectOk);

describe('who may', () => {
  it('is a technician; an auditor reads; a clerk, and a kiosk at which nobody is signed in, have nothing', async () => {
    const forbidden = { code: 'FORBIDDEN' };
    const auditor = await as('a01', 'auditor');
    expectOk(await auditor.technician.decommission.look());
    expectOk(await auditor.technician.device.history({ id: 'printer' }));
    await expect(auditor.technician.setService({ on: false })).rejects.toMatchObject(forbidden);
    await expect(auditor.technician.log.export()).rejects.toMatchObject(forbidden);
    const clerk = await as('s01', 'staff');
    await expect(clerk.technician.decommission.look()).rejects.toMatchObject(forbidden);
    const kiosk = createRouterClient(router, { context: under.terminal.kiosk });
    await expect(kiosk.technician.decommission.look()).rejects.toMatchObject(forbidden);
    await expect(kiosk.technician.decommission.do({ terminalId: '999901-001-01' })).rejects.toMatchObject(
      forbidden,
    );
  });
});

describe('devices', () => {
  it('are asked anew, switched off over a restart, and on again; each in the audit', async () => {
    expectOk(await client.technician.device.identify({ id: 'printer' }));
    expect(stateOf('printer')).toBe('ready');
    expectOk(await client.technician.device.setEnabled({ id: 'printer', on: false }));
    expect(stateOf('printer')).toBe('disabled');
    expect(await client.technician.device.identify({ id: 'printer' })).toMatchObject(
      refused('technician.device-off'),
    );
    const history = await client.technician.device.history({ id: 'printer' });
    expect(history.ok && history.value.map(({ state, count }) => [state, count])).toEqual([
      ['disabled', 2],
      ['ready', 2],
    ]);
    await under.close();
    under = start();
    await until(under.terminal, () => stateOf('card-reader') === 'ready');
    expect(stateOf('printer')).toBe('disabled');
    client = await as('t02', 'technician');
    expectOk(await client.technician.device.setEnabled({ id: 'printer', on: true }));
    expect(stateOf('printer')).toBe('ready');
    expect(events()).toEqual([
      'device.identify asked printer',
      'device.switch off printer',
      'device.switch on printer',
    ]);
  });

  it('are left alone while a resident is at them, and one that nobody knows is said to be that', async () => {
    await fillIn(under);
    const open = refused('technician.visit-open');
    const { device } = client.technician;
    expect(await device.identify({ id: 'printer' })).toMatchObject(open);
    expect(await device.setEnabled({ id: 'printer', on: false })).toMatchObject(open);
    expect(await device.restartHost()).toMatchObject(open);
    expect(await client.technician.checkStore()).toMatchObject(open);
    expect(await client.technician.restart({ what: 'program' })).toMatchObject(open);
    expect(stateOf('printer')).toBe('ready');
    expect(await device.trace({ id: 'toaster', on: true })).toMatchObject(
      refused('technician.device-unknown'),
    );
    expect(events()).toEqual([]);
  });

  it('have their process ended and started again', async () => {
    expectOk(await client.technician.device.restartHost());
    expect(stateOf('printer')).toBe('lost');
    await until(under.terminal, () => stateOf('printer') === 'ready');
    expect(under.hosts).toHaveLength(2);
  });

  it('tell their bytes to the log, for whoever watches', async () => {
    expectOk(await client.technician.device.trace({ id: 'card-reader', on: true }));
    expect(under.host.traced).toEqual([{ device: 'card-reader', on: true }]);
    const lines = await client.technician.log.watch();
    const bytes = 'AA AA AA 96 69 00 08 <4> 90';
    const line = { device: 'card-reader', atMs: Date.now(), direction: 'from-device', bytes } as const;
    await lines.next();
    under.host.emit({ type: 'traced', line });
    const told = await lines.next();
    expect(told.value).toMatchObject([
      { event: 'device.trace', device: 'card-reader', detail: `< ${bytes}` },
    ]);
    expect((await view()).devices.map(({ id, isTraced }) => [id, isTraced])).toContainEqual([
      'card-reader',
      true,
    ]);
  });
});

describe('a burn-in', () => {
  const begin = () => client.technician.burnIn.start({ id: 'card-reader', minutes: 1 });
  const figures = {
    attempts: 3,
    answers: 3,
    faults: {},
    roundTripMs: { min: 1, median: 2, max: 3 },
    longestGapMs: 40,
    verdict: 'passed',
  } as const;

  it('is not begun while the terminal serves, or while its last resident is still at it', async () => {
    expect(await begin()).toMatchObject(refused('technician.in-service'));
    await fillIn(under);
    await outOfService();
    expect(await begin()).toMatchObject(refused('technician.visit-open'));
    expect(under.host.burnIns).toEqual([]);
  });

  it('runs one at a time with its figures, and can be ended before its time', async () => {
    await outOfService();
    expectOk(await begin());
    expect(await begin()).toMatchObject(refused('technician.burn-in-runs'));
    under.host.emit({ type: 'burn-in', device: 'card-reader', figures, isOver: false });
    expect((await view()).burnIn).toMatchObject({ state: 'running', figures: { answers: 3 } });
    expectOk(await client.technician.burnIn.stop());
    under.host.emit({ type: 'burn-in', device: 'card-reader', figures, isOver: true });
    expect((await view()).burnIn?.state).toBe('broken-off');
    expect(under.host.burnIns.map(({ on, lastsMs }) => [on, lastsMs])).toEqual([
      [true, 60_000],
      [false, 0],
    ]);
  });

  it('ends when the terminal is put in service, and with a host that dies', async () => {
    await outOfService();
    expectOk(await begin());
    expectOk(await client.technician.setService({ on: true }));
    expect(under.host.burnIns.at(-1)?.on).toBe(false);
    under.host.emit({ type: 'burn-in', device: 'card-reader', figures, isOver: true });
    await outOfService();
    expectOk(await begin());
    under.host.die();
    expect((await view()).burnIn?.state).toBe('broken-off');
  });
});

describe('the view', () => {
  it('says how old what waits is, what is configured, and that the database is whole', async () => {
    platform.onSubmit = (_request, response) => {
      response.statusCode = 503;
      response.end();
    };
    await submit(under);
    expectOk(under.terminal.kiosk.visits.end('finished'));
    const checked = await client.technician.checkStore();
    expect(checked).toMatchObject({ ok: true, value: { problems: [] } });
    const now = await view();
    const { pending, sending, waiting, parked } = now.outbox;
    expect(pending.count + sending.count + waiting.count).toBe(1);
    expect(parked).toEqual({ count: 0, oldestAtMs: null });
    expect(now.store.check).toMatchObject({ problems: [] });
    expect(now.versions).toMatchObject({ program: '0.0.0-test', items: expect.any(Number) });
    expect(now.versions.configuration).toMatch(/^[0-9a-f]{12}$/);
    expect(JSON.stringify(now)).not.toContain(zhang.number);
  });

  it('says step by step how the platform is reached, and keeps it', async () => {
    const path = await client.technician.checkNetwork();
    expect(path.ok && path.value.steps.map(({ step, fault }) => [step, fault])).toEqual([
      ['resolve', null],
      ['connect', null],
      ['http', null],
    ]);
    expect((await view()).network).toEqual(path.ok ? path.value : null);
  });
});

describe('a restart', () => {
  it('ends the program with a code that says of what, behind its answer', async () => {
    expectOk(await client.technician.restart({ what: 'machine' }));
    expect(under.left).toEqual([]);
    await expect.poll(() => under.left).toEqual([exitCodes.restartMachine]);
    expect(events()).toEqual(['terminal.restart machine -']);
  });
});

describe('the log', () => {
  it('is taken along redacted through the door, and not at the kiosk', async () => {
    under.terminal.log({ level: 'warn', event: 'of.test', detail: zhang.number });
    const taken = await client.technician.log.export();
    expect(taken.ok && taken.value.text).toContain('of.test');
    expect(JSON.stringify(taken)).not.toContain(zhang.number);
    expect(await client.technician.log.exportTo({ folder: dataDir })).toMatchObject(
      refused('technician.folder-refused'),
    );
    const { context } = under.terminal.ownScreen(() => undefined);
    const kiosk = createRouterClient(router, { context });
    expectOk(await kiosk.access.signIn({ staffId: 't01', pin: '271828' }));
    expect(await kiosk.technician.log.export()).toMatchObject(refused('technician.at-kiosk'));
  });
});

describe('a decommission', () => {
  const id = 'demo-01';
  const ask = (terminalId = id) => client.technician.decommission.do({ terminalId });

  async function asked(): Promise<readonly SecondAsked[]> {
    const abort = new AbortController();
    for await (const now of await client.staff.second.watch(undefined, { signal: abort.signal })) {
      abort.abort();
      return now;
    }
    throw new Error('a watch begins with what waits');
  }

  /** At the technician's own console. */
  async function confirmAs(staffId: string) {
    return client.staff.second.confirm({ id: (await asked())[0]?.id ?? '', staffId, pin: TEST_PIN });
  }

  async function colleague(staffId: string, role: StaffRole): Promise<void> {
    expectOk(await under.terminal.access.accounts.add({ staffId, role }, TEST_PIN));
  }

  /** As it is done: asked for, confirmed by a clerk, and asked for once more. */
  async function decommission(): Promise<void> {
    await colleague('s01', 'staff');
    expect(await ask()).toMatchObject(refused('access.second-needed'));
    expectOk(await confirmAs('s01'));
    expectOk(await ask());
  }

  it('is refused in service, for another terminal, during a visit, and while anything is left, and says what', async () => {
    expect(await ask()).toMatchObject(refused('technician.in-service'));
    await fillIn(under);
    await outOfService();
    expect(await ask('demo-02')).toMatchObject(refused('technician.other-terminal'));
    expect(await ask()).toMatchObject(refused('technician.visit-open'));
    platform.onSubmit = (_request, response) => {
      response.statusCode = 503;
      response.end();
    };
    under.host.outcome = null;
    expectOk(await under.terminal.kiosk.visits.submit());
    expectOk(under.terminal.kiosk.visits.end('finished'));
    const answer = await ask();
    expect(answer).toMatchObject(refused('technician.leftovers'));
    expect(answer.ok ? '' : answer.fault.detail).toBe('applications 1, slips 1');
    expect(await client.technician.decommission.look()).toMatchObject({
      value: { applications: 1, slips: 1, parked: 0 },
    });
    expect(await asked()).toEqual([]);
    expect(isDecommissioned(dataDir)).toBe(false);
    expect(existsSync(join(dataDir, 'keys', 'k1.key'))).toBe(true);
  });

  it('needs somebody else who is there: neither whoever asks, nor an auditor; a yes is no longer a look at what is in its way', async () => {
    await outOfService();
    await colleague('s01', 'staff');
    await colleague('a01', 'auditor');
    expect(await ask()).toMatchObject(refused('access.second-needed'));
    expect(await asked()).toMatchObject([{ procedure: 'terminal.decommission', what: id, askedBy: 't01' }]);
    expect(await confirmAs('t01')).toMatchObject(refused('access.second-same'));
    expect(await confirmAs('a01')).toMatchObject(refused('access.second-role'));
    expect(await ask()).toMatchObject(refused('access.second-needed'));
    expectOk(await confirmAs('s01'));
    expectOk(await client.technician.setService({ on: true }));
    expect(await ask()).toMatchObject(refused('technician.in-service'));
    expect(isDecommissioned(dataDir)).toBe(false);
    await outOfService();
    expectOk(await ask());
    expect(isDecommissioned(dataDir)).toBe(true);
    await expect.poll(() => under.left).toEqual([exitCodes.decommissioned]);
    await under.close();
    const audit = readFileSync(join(dataDir, 'decommissioned', `audit-${id}.jsonl`), 'utf8');
    expect(audit).toMatch(/"access\.done-by-two".*"with s01"/);
    removeDataDir(dataDir);
    dataDir = newDataDir();
    under = start();
  });

  it('leaves the audit and nothing that a key, a row or a backup could be read from; it is not started again', async () => {
    const receiptNo = await submit(under);
    await until(under.terminal, () => under.terminal.kiosk.station.snapshot().outbox.waiting === 0);
    expectOk(under.terminal.kiosk.visits.end('finished'));
    cpSync(join(dataDir, 'terminal.db'), join(backups, id, 'terminal-2026-11-22T03-00-00-000Z.db'), {
      recursive: true,
    });
    const key = readFileSync(join(dataDir, 'keys', 'k1.key'));
    await outOfService();
    await decommission();
    await expect.poll(() => under.left).toEqual([exitCodes.decommissioned]);
    await under.close();

    expect(readdirSync(dataDir)).toEqual(['decommissioned']);
    expect(existsSync(join(backups, id))).toBe(false);
    const kept = join(dataDir, 'decommissioned');
    const all = readdirSync(kept).map((name) => readFileSync(join(kept, name)));
    for (const secret of [
      key,
      Buffer.from(key.toString('hex')),
      Buffer.from(receiptNo),
      Buffer.from(zhang.number),
    ])
      expect(all.map((bytes) => bytes.includes(secret))).toEqual(all.map(() => false));
    const audit = readFileSync(join(kept, `audit-${id}.jsonl`), 'utf8');
    const last: unknown = JSON.parse(audit.trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ event: 'terminal.decommissioned', subject: 't01', actor: 'technician' });
    expect(audit).toContain('application.acknowledged');

    expect(openKeyFile(dataDir, systemRandomBytes)).toMatchObject(refused('terminal.decommissioned'));
    expect(readdirSync(dataDir)).toEqual(['decommissioned']);
    removeDataDir(dataDir);
    dataDir = newDataDir();
    under = start();
  });

  it('that a power cut broke off is finished by the next start', async () => {
    await outOfService();
    await decommission();
    // The process dies before it closes: the files are as the erased rows left them.
    const cut = newDataDir();
    cpSync(dataDir, cut, { recursive: true });
    expect(existsSync(join(cut, 'keys', 'k1.key'))).toBe(true);
    expect(tryStartTerminal({ dataDir: cut, platformUrl: platform.url })).toMatchObject(
      refused('terminal.decommissioned'),
    );
    removeDataDir(cut);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import {
  expectOk,
  fillIn,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** A technician puts the terminal out of service, at whatever moment. */
const technician = { actor: 'technician', id: 't01' } as const;
const closed = { ok: false, fault: { code: 'station.out-of-service' } };
const begin = { slug: 'elderly-allowance', language: 'zh' } as const;

let platform: ScriptedPlatform;
let dataDir: string;
let under: TerminalUnderTest;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
});
afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

const isOut = (): boolean => under.terminal.kiosk.station.snapshot().outOfService;
const takeNumber = async () =>
  under.terminal.kiosk.queue?.kiosk.take({
    ticketId: crypto.randomUUID(),
    line: 'A',
    slug: null,
    ticketClass: 'ordinary',
    language: 'zh',
  });

describe('a terminal that is put out of service', () => {
  it('lets nobody begin anything, and takes up where it was when it is put in again', async () => {
    const { visits, progress } = under.terminal.kiosk;
    const told: boolean[] = [];
    under.terminal.kiosk.station.changes.subscribe(() => told.push(isOut()));
    expectOk(under.terminal.serviceMode.set(true, technician));
    expect(told.at(-1)).toBe(true);
    expect(visits.begin({ ...begin, requestId: crypto.randomUUID() })).toMatchObject(closed);
    expect(progress.begin({ language: 'zh', requestId: crypto.randomUUID() })).toMatchObject(closed);
    expect(await takeNumber()).toMatchObject(closed);
    expectOk(under.terminal.serviceMode.set(false, technician));
    expect(told.at(-1)).toBe(false);
    expect((await takeNumber())?.ok).toBe(true);
    expectOk(visits.begin({ ...begin, requestId: crypto.randomUUID() }));
  });

  it('lets whoever is at it finish, with a receipt; then nobody begins', async () => {
    await fillIn(under);
    expectOk(under.terminal.serviceMode.set(true, technician));
    const { visits } = under.terminal.kiosk;
    expect((await takeNumber())?.ok).toBe(true);
    expectOk(await visits.submit());
    expect(received(under).receiptNo).toMatch(/^999901/);
    expectOk(visits.another());
    expect(visits.begin({ ...begin, requestId: crypto.randomUUID() })).toMatchObject(closed);
    expectOk(visits.end('finished'));
    expect(visits.begin({ ...begin, requestId: crypto.randomUUID() })).toMatchObject(closed);
    expect(await takeNumber()).toMatchObject(closed);
  });

  it('is out of service behind a restart as well, since the same moment, and the audit says by whom', async () => {
    expectOk(under.terminal.serviceMode.set(true, technician));
    expectOk(under.terminal.serviceMode.set(true, { actor: 'platform', id: 'command-7' }));
    const sinceMs = under.terminal.serviceMode.sinceMs();
    await under.close();
    under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
    await untilReady(under);
    expect(under.terminal.serviceMode.sinceMs()).toBe(sinceMs);
    expect(isOut()).toBe(true);
    expectOk(under.terminal.serviceMode.set(false, { actor: 'platform', id: 'command-8' }));
    await under.close();
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(`${dataDir}/terminal.db`, { readOnly: true });
    const rows = database
      .prepare("SELECT actor, subject, disposition FROM audit WHERE event = 'terminal.service-mode'")
      .all();
    database.close();
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { actor: 'technician', subject: 't01', disposition: 'on' },
      { actor: 'platform', subject: 'command-8', disposition: 'off' },
    ]);
    under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  });
});

describe('a terminal for which another program lies ready', () => {
  it('begins anew at once when nobody is there', () => {
    under.terminal.restartWhenIdle();
    expect(under.left).toEqual([exitCodes.restartProgram]);
  });

  it('waits for whoever is there, however often it is asked, and ends once', async () => {
    await fillIn(under);
    under.terminal.restartWhenIdle();
    under.terminal.restartWhenIdle();
    const { visits } = under.terminal.kiosk;
    expectOk(await visits.submit());
    expect(received(under).receiptNo).toMatch(/^999901/);
    expect(under.left).toEqual([]);
    expectOk(visits.end('finished'));
    expect(under.left).toEqual([exitCodes.restartProgram]);
  });
});

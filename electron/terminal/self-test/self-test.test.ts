import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { deviceHostCheck, rendererCheck, terminalCheck } from './self-checks.ts';
import { selfTestMode } from './self-test-mode.ts';
import { CHECK_TIMEOUT_MS, runSelfTest } from './self-test.ts';

/** A clock that stands still, whose timers run when the test says so. */
function stillClock() {
  const timers: (() => void)[] = [];
  const clock: Clock = {
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    monotonicMs: () => 100,
    after: (_delayMs, callback) => {
      timers.push(callback);
      return () => undefined;
    },
  };
  return { clock, expire: () => timers.splice(0).forEach((timer) => timer()) };
}

function deviceHost() {
  const heard: ((message: unknown) => void)[] = [];
  const exits: ((code: number | null) => void)[] = [];
  const kill = vi.fn();
  return {
    kill,
    say: (message: unknown) => heard.forEach((callback) => callback(message)),
    exit: (code: number) => exits.forEach((callback) => callback(code)),
    process: {
      send: vi.fn(),
      onMessage: (callback: (message: unknown) => void) => void heard.push(callback),
      onExit: (callback: (code: number | null) => void) => void exits.push(callback),
      kill,
    },
  };
}

type Check = (dataDir: string) => Result<string>;
const tried = (check: Check | null) => check && ((dataDir: string) => Promise.resolve(check(dataDir)));

const screens = ['index.html', 'staff.html', 'technician.html', 'board.html', 'provision.html'];
const whole = Object.fromEntries(screens.map((name) => [name, '']));
const assets = (files: Record<string, string>) => (path: string) =>
  Promise.resolve(files[path] === undefined ? null : new TextEncoder().encode(files[path]));

test('the report names every check, also after one has failed', async () => {
  const { clock } = stillClock();
  const report = await runSelfTest(
    '1.2.3',
    [
      { name: 'a', run: () => Promise.resolve(err(fault('store.failed', 'disk'))) },
      { name: 'b', run: () => Promise.reject(new Error('thrown')) },
      { name: 'c', run: () => Promise.resolve(ok('fine')) },
    ],
    clock,
  );
  expect(report).toEqual({
    product: 'yizhan',
    version: '1.2.3',
    startedAt: '2026-01-02T03:04:05.000Z',
    ok: false,
    checks: [
      { name: 'a', ok: false, durationMs: 0, detail: 'store.failed: disk' },
      { name: 'b', ok: false, durationMs: 0, detail: 'thrown' },
      { name: 'c', ok: true, durationMs: 0, detail: 'fine' },
    ],
  });
});

test('a check that never ends is a failure and not a hang', async () => {
  const { clock, expire } = stillClock();
  const pending = runSelfTest('1', [{ name: 'a', run: () => new Promise(() => undefined) }], clock);
  expire();
  const report = await pending;
  expect(report.ok).toBe(false);
  expect(report.checks[0]?.detail).toBe(`no answer within ${CHECK_TIMEOUT_MS} ms`);
});

test('no check at all proves nothing', async () => {
  expect((await runSelfTest('1', [], stillClock().clock)).ok).toBe(false);
});

test('a start page whose script is missing fails, and is named', async () => {
  const html =
    '<script type="module" src="/assets/a-1.js"></script><link rel="stylesheet" href="./assets/a.css">';
  const pages = { ...whole, 'index.html': html };
  const files = { ...pages, 'assets/a-1.js': '', 'assets/a.css': '' };
  expect(await rendererCheck(assets(files)).run()).toEqual(
    ok('index.html, staff.html, technician.html, board.html, provision.html and 2 files that they name'),
  );
  const broken = { ...pages, 'assets/a.css': '' };
  expect(await rendererCheck(assets(broken)).run()).toMatchObject({
    ok: false,
    fault: { detail: expect.stringContaining('/assets/a-1.js') },
  });
  expect(await rendererCheck(assets({})).run()).toMatchObject({ ok: false });
});

test.each(screens)('so does %s that is missing', async (page) => {
  const files = Object.fromEntries(screens.filter((name) => name !== page).map((name) => [name, '']));
  expect(await rendererCheck(assets(files)).run()).toMatchObject({
    fault: { detail: `${page} of the renderer is missing` },
  });
});

test('a device host that says hello passes and is ended', async () => {
  const host = deviceHost();
  const result = deviceHostCheck(() => host.process).run();
  host.say({ type: 'nonsense' });
  expect(host.kill).not.toHaveBeenCalled();
  host.say({ type: 'hello' });
  expect(await result).toEqual(ok('said hello'));
  expect(host.kill).toHaveBeenCalledOnce();
});

test('a device host that dies before its hello fails', async () => {
  const host = deviceHost();
  const result = deviceHostCheck(() => host.process).run();
  host.exit(134);
  expect(await result).toMatchObject({ ok: false, fault: { code: 'device.host-gone' } });
});

test('a terminal that starts is closed again', async () => {
  const close = vi.fn(() => Promise.resolve());
  expect(await terminalCheck(() => ok({ close })).run()).toEqual(ok('started and closed'));
  expect(close).toHaveBeenCalledOnce();
  const failed = err(fault('store.not-durable'));
  expect(await terminalCheck(() => failed).run()).toBe(failed);
});

test('a machine on which nothing can be written says so in its report, or where no report can be', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'yizhan-report-'));
  const reportTo = join(dir, 'report.json');
  const mode = (to: string) =>
    selfTestMode({
      version: '1',
      clock: stillClock().clock,
      reportTo: to,
      renderer: assets(whole),
      spawnDeviceHost: () => deviceHost().process,
      start: () => ok({ close: () => Promise.resolve() }),
      tryDoor: null,
    });
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const complaints = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.stubEnv('TMPDIR', join(dir, 'not-there'));
  try {
    expect(await mode(reportTo)).toBe(1);
    const report: unknown = JSON.parse(await readFile(reportTo, 'utf8'));
    const detail = expect.stringContaining('ENOENT') as unknown;
    expect(report).toMatchObject({ ok: false, checks: [{ name: 'temporary-folder', ok: false, detail }] });
    expect(await mode(join(dir, 'no-folder', 'report.json'))).toBe(1);
    expect(complaints.mock.lastCall?.[0]).toMatch(/the report cannot be written: .*ENOENT/);
    expect(out.mock.lastCall?.[0]).toContain('temporary-folder');
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await rm(dir, { recursive: true });
  }
});

test('the whole mode writes JSON, gives 0 or 1, and leaves no data folder behind', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'yizhan-report-'));
  const reportTo = join(dir, 'report.json');
  const dataDirs: string[] = [];
  let door: Check | null = ok;
  const host = deviceHost();
  const mode = (html: Record<string, string>) =>
    selfTestMode({
      version: '1',
      clock: stillClock().clock,
      reportTo,
      renderer: assets(html),
      spawnDeviceHost: () => {
        queueMicrotask(() => host.say({ type: 'hello' }));
        return host.process;
      },
      start: (dataDir) => {
        dataDirs.push(dataDir);
        return ok({ close: () => Promise.resolve() });
      },
      tryDoor: tried(door),
    });
  try {
    expect(await mode(whole)).toBe(0);
    expect(JSON.parse(await readFile(reportTo, 'utf8'))).toMatchObject({ product: 'yizhan', ok: true });
    expect(await mode({})).toBe(1);
    expect(JSON.parse(await readFile(reportTo, 'utf8'))).toMatchObject({ ok: false });
    door = () => err(fault('lan.certificate-unusable', 'no such curve'));
    expect(await mode(whole)).toBe(1);
    expect(JSON.parse(await readFile(reportTo, 'utf8')).checks.at(-1)).toMatchObject({
      name: 'door',
      ok: false,
      detail: 'lan.certificate-unusable: no such curve',
    });
    // A configuration without a door asks for none.
    door = null;
    expect(await mode(whole)).toBe(0);
    expect(await readFile(reportTo, 'utf8')).not.toContain('door');
    for (const dataDir of dataDirs) await expect(readFile(dataDir)).rejects.toThrow('ENOENT');
  } finally {
    await rm(dir, { recursive: true });
  }
});

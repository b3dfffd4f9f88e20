import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Access } from '#terminal/access/access.ts';
import { accessForTests } from '#terminal/access/for-tests.ts';
import { checkAll } from '#terminal/audit/check-chain.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import type { LogLine } from '#terminal/log.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { askTerminal } from './ask-terminal.ts';
import { controlSocketIn, MAX_CONTROL_BYTES } from './control-protocol.ts';
import { openControlSocket, type ControlSocket } from './control-socket.ts';

const noDoor = () => ({ door: null, doorFault: null });
let dataDir: string;
let store: Store;
let access: Access;
let control: ControlSocket | null;

const verifyAudit = () =>
  checkAll({ store, audit: createAudit(store, systemClock), log: () => undefined }, () => Promise.resolve());

beforeEach(async () => {
  dataDir = newDataDir();
  store = expectValue(openStore(dataDir));
  access = accessForTests({
    store,
    audit: createAudit(store, systemClock),
    clock: systemClock,
    idleMs: 60_000,
    longestMs: 60_000,
  });
  // Of a terminal that was killed.
  writeFileSync(controlSocketIn(dataDir), '');
  control = await openControlSocket({
    dataDir,
    access,
    verifyAudit,
    door: noDoor,
    log: () => undefined,
  });
});
afterEach(() => {
  control?.close();
  store.close();
  removeDataDir(dataDir);
});

it('makes and closes accounts, lets browsers in and out, and says how it is afterwards', async () => {
  const ask = (request: Parameters<typeof askTerminal>[1]) => askTerminal(dataDir, request);
  expect(await ask({ verb: 'add', staffId: 's01', role: 'staff', pin: '271828' })).toMatchObject({
    ok: true,
    value: { accounts: [{ staffId: 's01', role: 'staff', closedAtMs: null }], door: null, admitted: null },
  });
  expect(await ask({ verb: 'pin', staffId: 's01', pin: '123456' })).toMatchObject({
    fault: { code: 'access.pin-weak' },
  });
  const { code } = access.browsers.knock(null, '192.168.1.23');
  expect(await ask({ verb: 'list' })).toMatchObject({
    value: { knocking: [{ code, address: '192.168.1.23' }] },
  });
  expect(await ask({ verb: 'admit', code, as: 'window-3' })).toMatchObject({
    value: {
      admitted: { address: '192.168.1.23', replaced: false },
      browsers: [{ browser: { name: 'window-3' } }],
    },
  });
  expect(await ask({ verb: 'shut-out', browser: 'window-3' })).toMatchObject({ value: { browsers: [] } });
  expect(await ask({ verb: 'close', staffId: 's01' })).toMatchObject({ ok: true });
  expect(await ask({ verb: 'close', staffId: 's01' })).toMatchObject({
    fault: { code: 'access.account-unknown' },
  });
});

it('is for the terminal’s own user only', () => {
  expect(statSync(controlSocketIn(dataDir)).mode & 0o777).toBe(0o600);
});

it.each([
  'hello\n',
  '{"verb":"burn"}\n',
  '{"verb":"add","staffId":"s01"}\n',
  `${'x'.repeat(MAX_CONTROL_BYTES + 1)}\n`,
])('answers what is no command of ours by name', async (line) => {
  const socket = connect(controlSocketIn(dataDir));
  await once(socket, 'connect');
  socket.write(line);
  expect(JSON.parse(await text(socket))).toEqual({ ok: false, fault: { code: 'api.malformed' } });
});

it('that its folder does not take is told, and the terminal runs on', async () => {
  control?.close();
  await rm(controlSocketIn(dataDir), { force: true });
  await mkdir(controlSocketIn(dataDir));
  const log: LogLine[] = [];
  control = await openControlSocket({
    dataDir,
    access,
    verifyAudit,
    door: noDoor,
    log: (line) => log.push(line),
  });
  expect(log).toMatchObject([{ event: 'control.closed', detail: expect.stringMatching(/EISDIR|ERR_FS/) }]);
  expect(await askTerminal(dataDir, { verb: 'list' })).toBeNull();
});

it('says that no terminal runs there', async () => {
  control?.close();
  control = null;
  expect(await askTerminal(dataDir, { verb: 'list' })).toBeNull();
});

it('closes the last technician when somebody at a window has confirmed it', async () => {
  const ask = (request: Parameters<typeof askTerminal>[1]) => askTerminal(dataDir, request);
  await ask({ verb: 'add', staffId: 't01', role: 'technician', pin: '271828' });
  await ask({ verb: 'add', staffId: 's01', role: 'staff', pin: '271828' });
  expect(await ask({ verb: 'close', staffId: 't01' })).toMatchObject({
    fault: { code: 'access.second-needed' },
  });
  expect(access.accounts.close('t01')).toMatchObject({ fault: { code: 'access.second-needed' } });
  const [waits] = access.second.asked();
  if (waits === undefined) throw new Error('nothing waits');
  expect(waits).toMatchObject({ procedure: 'account.close-last-technician', what: 't01' });
  // The technician could not let himself be closed by himself, nor by an auditor.
  const confirm = (staffId: string) =>
    access.second.confirm({ id: waits.id, staffId, pin: '271828' }, 'window-1');
  expect(await confirm('t01')).toMatchObject({ fault: { code: 'access.second-role' } });
  expect(await confirm('s01')).toEqual({ ok: true, value: null });
  expect(await ask({ verb: 'close', staffId: 't01' })).toMatchObject({ ok: true });
  // One of two is anybody's to close.
  await ask({ verb: 'add', staffId: 't02', role: 'technician', pin: '271828' });
  await ask({ verb: 'add', staffId: 't03', role: 'technician', pin: '271828' });
  expect(await ask({ verb: 'close', staffId: 't02' })).toMatchObject({ ok: true });
});

it('looks the whole audit through, and names the row that was changed', async () => {
  await askTerminal(dataDir, { verb: 'add', staffId: 's01', role: 'staff', pin: '271828' });
  expect(await askTerminal(dataDir, { verb: 'audit-verify' })).toMatchObject({
    value: { audit: { kind: 'whole', rows: 1 } },
  });
  store.sql("UPDATE audit SET detail = 'technician' WHERE sequence = 1").run();
  expect(await askTerminal(dataDir, { verb: 'audit-verify' })).toMatchObject({
    value: { audit: { kind: 'broken', sequence: 1, why: 'changed' } },
  });
  // It is written down, once, where the platform is told of it.
  await askTerminal(dataDir, { verb: 'audit-verify' });
  expect(
    store.sql("SELECT subject, disposition FROM audit WHERE event = 'audit.broken'").all(),
  ).toMatchObject([{ subject: '1', disposition: 'changed' }]);
});

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lanSettingsSchema, type LanSettings } from '#config/schema.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { accessForTests } from '#terminal/access/for-tests.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import type { LogLine } from '#terminal/log.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { newAuthority } from '../../../tests/support/certificates.ts';
import { freePort } from '../../../tests/support/cut-line.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { keepDoor, keepDoorDelays, type KeptDoor } from './keep-door.ts';

/** Its time of day is set apart from its timers, as a machine's is. */
class SettableClock extends SimulatedClock {
  at: string | null = null;

  override now(): number {
    return this.at === null ? super.now() : Date.parse(this.at);
  }
}

let dataDir: string;
let store: Store;
let clock: SettableClock;
let log: LogLine[];
let kept: KeptDoor | null;

beforeEach(() => {
  dataDir = newDataDir();
  store = expectValue(openStore(dataDir));
  clock = new SettableClock();
  log = [];
  kept = null;
});
afterEach(async () => {
  await kept?.close();
  store.close();
  removeDataDir(dataDir);
});

/** Resolves with the door's next word to the log. */
let heard: (line: LogLine) => void = () => undefined;
const nextLine = (): Promise<LogLine> =>
  new Promise((resolve) => {
    heard = resolve;
  });

function open(port: number, bent: Partial<LanSettings> = {}): Promise<KeptDoor> {
  return keepDoor({
    settings: lanSettingsSchema.parse({ host: '127.0.0.1', port, names: ['127.0.0.1'], ...bent }),
    dataDir,
    access: accessForTests({
      store,
      audit: createAudit(store, clock),
      clock,
      idleMs: 60_000,
      longestMs: 60_000,
    }),
    readAsset: () => Promise.resolve(null),
    startPages: { window: '/staff.html', board: '/board.html' },
    maxMessageBytes: 1_000,
    serveRpc: () => undefined,
    clock,
    randomBytes,
    log: (line) => {
      log.push(line);
      heard(line);
    },
  });
}

/** The serial number that the door shows. */
async function shownBy(door: KeptDoor | null): Promise<string> {
  const port = Number(new URL(door?.state()?.url ?? '').port);
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** One look of the door, `delayMs` from now, whose work is done when `isDone` says so. */
async function advanceUntil(delayMs: number, isDone: () => Promise<boolean>): Promise<void> {
  await clock.advance(delayMs);
  await expect.poll(isDone).toBe(true);
}

it('whose port is taken is told by its address, and opens by itself once that is free', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  kept = await open(port);
  expect(kept.state()).toBeNull();
  expect(log).toMatchObject([
    { level: 'error', event: 'lan.closed', code: 'lan.port-busy', detail: `127.0.0.1:${port}` },
  ]);
  expect(kept.fault()).toEqual({ code: 'lan.port-busy', detail: `127.0.0.1:${port}` });
  other.close();
  await once(other, 'close');
  const opened = nextLine();
  await clock.advance(keepDoorDelays.tryAgainMs);
  expect(await opened).toMatchObject({ event: 'lan.open' });
  expect(kept.fault()).toBeNull();
  expect(kept.state()).toMatchObject({ url: `https://127.0.0.1:${port}` });
});

it('at an address that is not this machine’s (yet) says so by the system’s own code, and not that a program is in the way', async () => {
  // Of the block for documentation (RFC 5737): no machine has it.
  kept = await open(await freePort(), { host: '192.0.2.1' });
  expect(kept.fault()).toMatchObject({
    code: 'lan.cannot-listen',
    detail: expect.stringMatching(/^EADDRNOTAVAIL 192\.0\.2\.1:/),
  });
});

it('is closed in 1970, and opens a minute after the clock was put right', async () => {
  clock.at = '1970-01-01T00:00:00Z';
  kept = await open(await freePort());
  expect(kept.state()).toBeNull();
  expect(kept.fault()).toMatchObject({ code: 'lan.certificate-unusable' });
  clock.at = '2026-11-22T00:00:00Z';
  const opened = nextLine();
  await clock.advance(keepDoorDelays.tryAgainMs);
  expect(await opened).toMatchObject({ event: 'lan.open' });
  expect(kept.fault()).toBeNull();
});

it('looks at a new certificate again after a minute: the clock that it was made by may have been years ahead', async () => {
  clock.at = '2030-01-01T00:00:00Z';
  kept = await open(await freePort());
  const served = await shownBy(kept);
  clock.at = '2026-11-22T00:00:00Z';
  await advanceUntil(keepDoorDelays.tryAgainMs, async () => (await shownBy(kept)) !== served);
});

it('whose certificate ran out while it is open goes on with it, and says so until another one is there', async () => {
  const authority = await newAuthority();
  const files = { certFile: join(dataDir, 'c.pem'), keyFile: join(dataDir, 'k.pem') };
  const put = async (validDays: readonly [number, number]): Promise<void> => {
    const issued = await authority.issue({ name: 'hub.station', validDays });
    writeFileSync(files.certFile, issued.cert);
    writeFileSync(files.keyFile, issued.key);
  };
  const DAY_MS = 86_400_000;
  const now = Date.now();
  clock.at = new Date(now).toISOString();
  await put([-1, 1]);
  kept = await open(await freePort(), { names: ['hub.station'], certificate: files });
  expect(kept.fault()).toBeNull();
  clock.at = new Date(now + 2 * DAY_MS).toISOString();
  const told = nextLine();
  await clock.advance(keepDoorDelays.tryAgainMs);
  expect(await told).toMatchObject({
    level: 'error',
    event: 'lan.certificate-not-renewed',
    code: 'lan.certificate-unusable',
  });
  expect(kept.state()).not.toBeNull();
  expect(kept.fault()).toMatchObject({ detail: expect.stringContaining('in force until') });
  await put([-1, 30]);
  await advanceUntil(keepDoorDelays.tryAgainMs, () => Promise.resolve(kept?.fault() === null));
});

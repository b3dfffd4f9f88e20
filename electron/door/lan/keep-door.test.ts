import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lanSettingsSchema } from '#config/schema.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createAccess } from '#terminal/access/access.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import type { LogLine } from '#terminal/log.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { freePort } from '../../../tests/support/cut-line.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { keepDoor, keepDoorDelays, type KeptDoor } from './keep-door.ts';

let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let log: LogLine[];
let kept: KeptDoor | null;

beforeEach(() => {
  dataDir = newDataDir();
  const opened = openStore(dataDir);
  if (!opened.ok) throw new Error(opened.fault.code);
  store = opened.value;
  clock = new SimulatedClock();
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

function open(port: number): Promise<KeptDoor> {
  return keepDoor({
    settings: lanSettingsSchema.parse({ host: '127.0.0.1', port, names: ['127.0.0.1'] }),
    dataDir,
    access: createAccess({
      store,
      audit: createAudit(store, clock),
      clock,
      randomBytes,
      log: () => undefined,
      hashPin: (pin, salt) => Promise.resolve(createHash('sha256').update(salt).update(pin).digest()),
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

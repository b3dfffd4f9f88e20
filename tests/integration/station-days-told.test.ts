import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { StationFigures } from '#contract/station-day.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import {
  call,
  clockForTests,
  DESK_TOKEN,
  SISTER_TERMINAL,
  startTestPlatform,
  TERMINAL,
  TEST_NOW_MS,
} from '#platform/for-tests.ts';
import { revokeTerminal } from '#platform/identity/terminals.ts';
import type { Platform } from '#platform/server.ts';
import { createPlatformClient, type WholePlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { createStationDayRows } from '#terminal/tickets/station-day-rows.ts';
import { createStationDays, type StationDays } from '#terminal/tickets/station-days.ts';
import { createTicketLog } from '#terminal/tickets/ticket-log.ts';
import { startAnswerProxy, type AnswerProxy } from '../support/answer-proxy.ts';
import { signedAs } from '../support/enrolment.ts';
import { expectValue } from '../support/expect-value.ts';
import { playDay } from '../support/played-day.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

/** A station's day, from the store of its hub to the real platform, over a line that may lose the answer. */

/** As `playDay` has it; on the platform's clock it is the day after. */
const DAY = '2026-11-21';
let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;
let proxy: AnswerProxy;
let folders: string[];
let open: Terminal[];

interface Terminal {
  readonly store: Store;
  readonly client: WholePlatformClient;
  readonly days: StationDays;
  close(): void;
}

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.close());
beforeEach(async () => {
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  proxy = await startAnswerProxy(Number(new URL(platform.url).port));
  folders = [];
  open = [];
});
afterEach(async () => {
  for (const one of open) one.close();
  for (const folder of folders) removeDataDir(folder);
  await proxy.close();
  await platform.close();
});

function newFolder(): string {
  const folder = newDataDir();
  folders.push(folder);
  return folder;
}

function start(dataDir: string, as = TERMINAL, today = '2026-11-22'): Terminal {
  const store = expectValue(openStore(dataDir));
  const client = createPlatformClient({
    url: `http://127.0.0.1:${proxy.port}`,
    signing: signedAs(as, TEST_NOW_MS),
    timeoutMs: 5_000,
    transport: createPlatformTransport(null),
  });
  const days = createStationDays({
    rows: createStationDayRows(store, 'Asia/Shanghai'),
    store,
    client,
    clock: clockForTests,
    log: () => undefined,
    today: () => today,
    termOf: () => 1,
    isLineFree: () => true,
  });
  const terminal = {
    store,
    client,
    days,
    close: () => {
      open = open.filter((one) => one !== terminal);
      days.close();
      client.close();
      store.close();
    },
  };
  open.push(terminal);
  return terminal;
}

function write(store: Store, events: readonly QueueEvent[], day = DAY): void {
  const written = store.transaction(() => {
    createTicketLog(store).append(day, events);
    return null;
  });
  if (!written.ok) throw new Error(written.fault.code);
}

const played = playDay({
  seed: 11,
  hours: 3,
  windows: [['A'], ['A', 'B'], ['B', 'C']],
  perHour: [30],
  minutes: { A: 4, B: 5, C: 6 },
  spread: 0.5,
  priorityPart: 0.1,
  missPart: 0.1,
  transferPart: 0.05,
  pause: null,
});
const served = [...played.day().tickets.values()].filter(({ state }) => state.name === 'done').length;

async function figures(): Promise<StationFigures> {
  const path = `${platform.url}/v1/station-days?stationId=999901001&from=2026-11-01&until=2026-12-31`;
  const { json } = await call(path, { by: DESK_TOKEN });
  return json as StationFigures; // of the contract
}

it('what the platform adds up is what the station counted', async () => {
  const { store, days } = start(newFolder());
  write(store, played.events);
  await days.send();
  expect(served).toBeGreaterThan(40);
  expect(await figures()).toMatchObject({ days: 1, whole: { served, taken: played.day().tickets.size } });
  expect(days.health()).toEqual({ waiting: 0, refused: [] });
});

it('a terminal that dies before it hears the answer tells the same day again, and it counts once', async () => {
  const folder = newFolder();
  const first = start(folder);
  write(first.store, played.events);
  proxy.onAnswer = () => true;
  await first.days.send();
  expect(first.days.health()).toEqual({ waiting: 1, refused: [] });
  expect(await figures()).toMatchObject({ days: 1, whole: { served } });
  first.close();
  proxy.onAnswer = () => false;
  const second = start(folder);
  await second.days.send();
  expect(second.days.health()).toEqual({ waiting: 0, refused: [] });
  expect(await figures()).toMatchObject({ days: 1, whole: { served } });
});

it('two terminals that claim the same station are not added up', async () => {
  const hub = start(newFolder());
  write(hub.store, played.events);
  await hub.days.send();
  const other = start(newFolder(), SISTER_TERMINAL);
  write(other.store, played.events.slice(0, 20));
  await other.days.send();
  expect(await figures()).toMatchObject({ days: 1, whole: { served } });
  expect(other.days.health()).toEqual({ waiting: 0, refused: [] });
});

it('of a clock that is months ahead the platform takes nothing, by name, and the day before stands', async () => {
  const { store, days } = start(newFolder(), TERMINAL, '2027-03-02');
  write(store, played.events);
  write(
    store,
    played.events.filter((event) => event.type === 'window-opened'),
    '2027-03-01',
  );
  await days.send();
  expect(days.health()).toEqual({ waiting: 0, refused: [{ day: '2027-03-01', code: 'platform.rejected' }] });
  expect(await figures()).toMatchObject({ days: 1, whole: { served } });
});

it('a terminal that was revoked keeps its days', async () => {
  const { store, days } = start(newFolder());
  write(store, played.events);
  const pool = connect(databaseUrl);
  await revokeTerminal(pool, 'T-01', 'stolen', TEST_NOW_MS);
  await pool.end();
  await days.send();
  expect(days.health()).toEqual({ waiting: 1, refused: [] });
  expect((await figures()).days).toBe(0);
});

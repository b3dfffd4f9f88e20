import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { Clock } from '#contract/ports.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import type { LogLine } from '../log.ts';
import { openStore, type Store } from '../store/store.ts';
import { settingsForTests, ticketIdOf } from './for-tests.ts';
import { hubIssuer, type Issuer } from './numbers.ts';
import { createNumberLedger } from './number-ledger.ts';
import { createStationClock } from './station-clock.ts';
import { createTicketQueue, type TicketQueue } from './ticket-queue.ts';

const HOUR_MS = 3_600_000;
const timeZone = 'Asia/Shanghai';
let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let queue: TicketQueue;
let issuer: Issuer;
let logged: LogLine[];
let wrongByMs: number;
let isDateWrong: boolean;
let told: QueueEvent[];
let people: number;

/** As the machine has it. */
const machine: Clock = {
  now: () => clock.now() + wrongByMs,
  monotonicMs: () => clock.monotonicMs(),
  after: (delayMs, callback) => clock.after(delayMs, callback),
};

function open(): void {
  const opened = openStore(dataDir);
  if (!opened.ok) throw new Error(opened.fault.code);
  store = opened.value;
  const made = createTicketQueue({
    store,
    ledger: createNumberLedger(dataDir),
    clock: createStationClock({ clock: machine, terminal: issuer.terminal, offsetMs: null }),
    timeZone,
    settings: settingsForTests({ keepDays: 2 }),
    issuer: () => issuer,
    closesAtMs: () => null,
    log: (line) => logged.push(line),
    isDateWrong: () => isDateWrong,
    onErase: () => undefined,
    onEvents: (events) => told.push(...events),
  });
  if (!made.ok) throw new Error(made.fault.code);
  queue = made.value;
}

function restart(): void {
  store.close();
  open();
}

beforeEach(() => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  issuer = hubIssuer('01');
  wrongByMs = 0;
  isDateWrong = false;
  logged = [];
  told = [];
  people = 0;
  open();
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

const nothing = (): void => undefined;

function must(command: QueueCommand): readonly QueueEvent[] {
  const done = queue.do(command, nothing);
  if (!done.ok) throw new Error(done.fault.code);
  return done.value;
}

function take(line = 'A'): string {
  people += 1;
  const [event] = must({
    verb: 'take',
    ticketId: ticketIdOf(people),
    line,
    slug: null,
    instead: null,
    ticketClass: 'ordinary',
  });
  return event?.type === 'taken' ? event.ticket.number : 'none';
}

function next(window: string): string {
  const called = must({ verb: 'next', window }).find(({ type }) => type === 'called');
  return called?.type === 'called' ? (queue.day().tickets.get(called.ticketId)?.number ?? '') : '';
}

describe('the stored queue', () => {
  it('is after a restart what it was, down to what can be taken back', () => {
    must({ verb: 'open-window', window: '1', lines: ['A'], person: 'li' });
    take();
    take();
    next('1');
    const before = queue.day();
    restart();
    expect(queue.day()).toEqual(before);
    expect(must({ verb: 'undo', window: '1' })).toHaveLength(1);
    expect(take()).toBe('A003');
  });

  it('has twelve windows that ask in the same turn call twelve people', () => {
    for (let person = 0; person < 15; person += 1) take();
    const windows = Array.from({ length: 12 }, (_none, index) => String(index + 1));
    for (const window of windows) must({ verb: 'open-window', window, lines: ['A'], person: `p${window}` });
    expect(new Set(windows.map(next)).size).toBe(12);
  });

  it('tells what is on the disk, and nothing of what was refused', () => {
    take();
    expect(queue.do({ verb: 'next', window: '1' }, nothing).ok).toBe(false);
    expect(told.map(({ type }) => type)).toEqual(['taken']);
    expect(queue.events(queue.day().date)).toEqual(told);
  });

  it('has not done what the disk did not take', () => {
    take();
    const before = queue.day();
    store.sql("CREATE TRIGGER full BEFORE INSERT ON ticket_event BEGIN SELECT raise(ABORT, 'no'); END").run();
    const done = queue.do(
      {
        verb: 'take',
        ticketId: ticketIdOf(50),
        line: 'A',
        slug: null,
        instead: null,
        ticketClass: 'ordinary',
      },
      nothing,
    );
    expect(done).toMatchObject({ ok: false, fault: { code: 'store.failed' } });
    expect(queue.day()).toBe(before);
    expect(told).toHaveLength(1);
  });

  it('lets no program give a number out twice on one day, or change what happened', () => {
    take();
    const again = (day: string, id: string) => () =>
      store
        .sql(
          `INSERT INTO ticket_event (business_day, type, at_ms, ticket_id, number, body) VALUES (?, 'taken', 1, ?, 'A001', '{}')`,
        )
        .run(day, id);
    expect(again(queue.day().date, 'x')).toThrow(/UNIQUE/);
    expect(again('2001-01-01', ticketIdOf(1))).toThrow(/UNIQUE/);
    expect(again('2001-01-01', 'x')).not.toThrow();
    expect(() => store.sql("UPDATE ticket_event SET body = '{}'").run()).toThrow(/not changed/);
  });

  it('goes on around a row that cannot be read, and does not give its number out again', () => {
    take();
    store
      .sql(
        `INSERT INTO ticket_event (business_day, type, at_ms, ticket_id, number, body) VALUES (?, 'taken', 1, 'lost', 'A002', '{"type":')`,
      )
      .run(queue.day().date);
    take('B');
    restart();
    expect(logged).toContainEqual(
      expect.objectContaining({ event: 'queue.events-unreadable', detail: expect.stringContaining('1 of') }),
    );
    expect(queue.day().tickets.size).toBe(2);
    expect(take()).toBe('A003');
  });
});

describe('a new day', () => {
  it('begins at local midnight with 001, and what was left has expired', async () => {
    const date = queue.day().date;
    take();
    take();
    must({ verb: 'open-window', window: '1', lines: ['A'], person: 'li' });
    await clock.advance(24 * HOUR_MS);
    expect(take()).toBe('A001');
    expect(queue.day().date > date).toBe(true);
    expect(queue.day().windows.size).toBe(0);
    expect(queue.events(date).at(-1)?.type).toBe('day-closed');
  });

  it('changes at midnight of the station, not of Greenwich', async () => {
    // 1,800,000,000 s is 2027-01-15 16:00 in Shanghai.
    expect(queue.day().date).toBe('2027-01-15');
    await clock.advance(8 * HOUR_MS - 1);
    take();
    expect(queue.day().date).toBe('2027-01-15');
    await clock.advance(1);
    expect(take()).toBe('A001');
    expect(queue.day().date).toBe('2027-01-16');
  });

  it('is found at the start too, and the old one closed once', async () => {
    const date = queue.day().date;
    take();
    await clock.advance(24 * HOUR_MS);
    restart();
    restart();
    // A station that stands empty keeps it: the clock of a start may be years ahead.
    expect(queue.events(date).filter(({ type }) => type === 'day-closed')).toHaveLength(0);
    expect([take(), take()]).toEqual(['A001', 'A002']);
    restart();
    expect(queue.events(date).filter(({ type }) => type === 'day-closed')).toHaveLength(1);
  });

  it('erases those that are older than they are kept', async () => {
    const date = queue.day().date;
    take();
    await clock.advance(48 * HOUR_MS);
    expect(queue.turn().ok).toBe(true);
    expect(queue.events(date)).not.toEqual([]);
    await clock.advance(24 * HOUR_MS);
    expect(queue.turn().ok).toBe(true);
    expect(queue.events(date)).toEqual([]);
  });
});

describe('a start under a wrong date', () => {
  const YEAR_MS = 365 * 24 * HOUR_MS;
  const wrong = { '1970': () => 60_000 - clock.now(), 'ten years ahead': () => 10 * YEAR_MS };

  it.each(Object.entries(wrong))(
    'of %s: the queue goes on with its day as soon as the clock is set, and gives no number twice',
    (_when, offMs) => {
      const { date } = queue.day();
      expect([take(), take()]).toEqual(['A001', 'A002']);
      wrongByMs = offMs();
      restart();
      expect(queue.day().date).not.toBe(date);
      expect(queue.turn().ok).toBe(true);
      wrongByMs = 0;
      expect(take()).toBe('A003');
      expect(queue.day().date).toBe(date);
      restart();
      expect(queue.noted()).toEqual(['A001', 'A002', 'A003']);
      expect(take()).toBe('A004');
    },
  );

  it.each(Object.entries(wrong))(
    'of %s: whoever waits goes on waiting when the clock is set, and is called',
    (_when, offMs) => {
      take();
      take();
      wrongByMs = offMs();
      restart();
      expect(queue.turn().ok).toBe(true);
      wrongByMs = 0;
      must({ verb: 'open-window', window: '1', lines: ['A'], person: 'li' });
      expect(next('1')).toBe('A001');
    },
  );

  it('that is known closes no day, whoever opens a window under it', () => {
    const { date } = queue.day();
    take();
    wrongByMs = YEAR_MS;
    isDateWrong = true;
    restart();
    must({ verb: 'open-window', window: '1', lines: ['A'], person: 'li' });
    wrongByMs = 0;
    isDateWrong = false;
    must({ verb: 'open-window', window: '1', lines: ['A'], person: 'li' });
    expect(queue.day().date).toBe(date);
    expect(next('1')).toBe('A001');
  });

  it('that is known gives nobody a number, neither at a kiosk nor at a window; who has one is served', () => {
    take();
    must({ verb: 'open-window', window: '1', lines: ['A'], person: 'li' });
    const given = queue.day().given;
    isDateWrong = true;
    const common = { line: 'A', slug: null, instead: null, ticketClass: 'ordinary' } as const;
    const refused = { ok: false, fault: { code: 'station.clock-wrong' } };
    expect(queue.do({ verb: 'take', ticketId: ticketIdOf(50), ...common }, nothing)).toMatchObject(refused);
    const walkIn = { verb: 'walk-in', ticketId: ticketIdOf(51), window: '1', line: 'A', slug: null } as const;
    const asked = { ...walkIn, ticketClass: 'ordinary' } as const;
    expect(queue.do(asked, nothing)).toMatchObject(refused);
    expect([queue.day().given, queue.noted()]).toEqual([given, ['A001']]);
    // Its answer was lost: it has been given.
    expect(queue.do({ verb: 'take', ticketId: ticketIdOf(1), ...common }, nothing)).toEqual({
      ok: true,
      value: [],
    });
    expect(next('1')).toBe('A001');
    isDateWrong = false;
    must({ verb: 'finish', window: '1', ticketId: ticketIdOf(1) });
    expect(queue.do(asked, nothing).ok).toBe(true);
  });

  it('does not follow a date that is known to be wrong, and stays where it is when an hour is set', () => {
    const before = queue.day();
    isDateWrong = true;
    wrongByMs = YEAR_MS;
    expect(queue.turn().ok).toBe(true);
    expect(queue.day()).toBe(before);
    isDateWrong = false;
    // 17:00 on the 15th, as the machine has it; then past midnight.
    for (const hours of [1, 9]) {
      wrongByMs = hours * HOUR_MS;
      expect(queue.turn().ok).toBe(true);
      expect(queue.day()).toBe(before);
    }
  });

  it('erases what is old again as soon as somebody comes on the new day', () => {
    const { date } = queue.day();
    take();
    wrongByMs = 30 * 24 * HOUR_MS;
    restart();
    expect(queue.events(date)).not.toEqual([]);
    take();
    restart();
    expect(queue.events(date)).toEqual([]);
  });
});

it('a number that two terminals gave out stands in the log, and the rest comes in', () => {
  take();
  const [event] = queue.events(queue.day().date);
  if (event?.type !== 'taken') throw new Error('no ticket');
  const twice = { ...event.ticket, ticketId: ticketIdOf(60), local: true };
  const tickets = [twice, { ...twice, ticketId: ticketIdOf(61), number: 'A950' }];
  const merged = queue.merge({ terminal: '02', tickets, lastHeard: null }, nothing);
  expect(merged).toMatchObject({ ok: true, value: { refused: [{ fault: { code: 'queue.number-twice' } }] } });
  expect(logged).toContainEqual({
    level: 'error',
    event: 'queue.number-twice',
    code: 'queue.number-twice',
    detail: 'A001',
  });
  expect(queue.day().given).toEqual(new Set(['A001', 'A950']));
});

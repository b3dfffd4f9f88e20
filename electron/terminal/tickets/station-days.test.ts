import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault, type FaultCode } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import { KEPT_AT_PLATFORM_DAYS, stationDaySchema, type StationDay } from '#contract/station-day.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import type { LogLine } from '../log.ts';
import { openStore, type Store } from '../store/store.ts';
import { settingsForTests, ticketIdOf } from './for-tests.ts';
import { createNumberLedger } from './number-ledger.ts';
import { hubIssuer } from './numbers.ts';
import { createStationClock } from './station-clock.ts';
import { createStationDayRows } from './station-day-rows.ts';
import { createStationDays, settleStation, type StationDays } from './station-days.ts';
import { createTicketQueue, type TicketQueue } from './ticket-queue.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEEP_DAYS = 10;
const timeZone = 'Asia/Shanghai';

let dataDir: string;
let machine: SimulatedClock;
let wrongByMs: number;
/** As the configuration has it. */
let stationId: string;
let store: Store;
let queue: TicketQueue;
let days: StationDays;
let isHub: boolean;
let isLineFree: boolean;
let logged: LogLine[];
let people: number;
/** Each report that arrived, as it came, and what is answered. */
let arrived: { readonly day: string; readonly report: StationDay }[];
let answer: 'stands' | 'other stands' | 'lost on the way' | FaultCode;
let givenUp: number;
/** Called with each report, before it is answered. */
let onReport: () => void;

beforeEach(() => {
  dataDir = newDataDir();
  machine = new SimulatedClock();
  wrongByMs = 0;
  stationId = '999901001';
  isHub = true;
  isLineFree = true;
  logged = [];
  people = 0;
  arrived = [];
  givenUp = 0;
  answer = 'stands';
  onReport = () => undefined;
  open();
});
afterEach(() => {
  close();
  removeDataDir(dataDir);
});

function open(): void {
  store = expectValue(openStore(dataDir));
  const clock = {
    now: () => machine.now() + wrongByMs,
    monotonicMs: () => machine.monotonicMs(),
    after: (delayMs: number, callback: () => void) => machine.after(delayMs, callback),
  };
  const rows = createStationDayRows(store, timeZone);
  const termOf = (): number | null => (isHub ? 1 : null);
  const settled = settleStation({ rows, store, log: (line) => logged.push(line) }, stationId);
  if (!settled.ok) throw new Error(settled.fault.code);
  const made = createTicketQueue({
    store,
    ledger: createNumberLedger(dataDir),
    clock: createStationClock({ clock, terminal: '01', offsetMs: null }),
    timeZone,
    settings: settingsForTests({ keepDays: KEEP_DAYS }),
    issuer: () => hubIssuer('01'),
    closesAtMs: () => null,
    log: (line) => logged.push(line),
    isDateWrong: () => false,
    onErase: (before) => {
      givenUp += rows.keepBefore(before, termOf);
    },
    onEvents: () => undefined,
  });
  if (!made.ok) throw new Error(made.fault.code);
  queue = made.value;
  days = createStationDays({
    rows,
    store,
    clock,
    termOf,
    log: (line) => logged.push(line),
    today: () => queue.day().date,
    isLineFree: () => isLineFree,
    client: {
      reportStationDay: (day, report) => {
        const code = answer;
        const isTold = code === 'stands' || code === 'other stands' || code === 'lost on the way';
        if (isTold || code === 'platform.rejected')
          arrived.push({ day, report: stationDaySchema.parse(JSON.parse(JSON.stringify(report))) });
        onReport();
        if (code === 'lost on the way') return Promise.resolve(err(fault('platform.timeout')));
        return Promise.resolve(isTold ? ok({ day, stands: code === 'stands' }) : err(fault(code)));
      },
    },
  });
}

function close(): void {
  days.close();
  store.close();
}

function restart(): void {
  close();
  open();
}

function must(command: QueueCommand): void {
  const done = queue.do(command, () => undefined);
  if (!done.ok) throw new Error(done.fault.code);
}

function take(count: number): void {
  for (let left = count; left > 0; left -= 1) {
    people += 1;
    must({
      verb: 'take',
      ticketId: ticketIdOf(people),
      line: 'A',
      slug: null,
      instead: null,
      ticketClass: 'ordinary',
    });
  }
}

const today = () => localDate(machine.now() + wrongByMs, timeZone);
const told = () =>
  arrived.map(({ day, report }) => [day, report.rows.reduce((sum, row) => sum + row.taken, 0)]);
const events = (event: string) => logged.filter((line) => line.event === event);

/** How often the platform was asked, from now on. */
function countAsked(): () => number {
  let asked = 0;
  onReport = () => {
    asked += 1;
  };
  return () => asked;
}

async function nextDay(): Promise<void> {
  await machine.advance(DAY_MS);
  const turned = queue.turn();
  if (!turned.ok) throw new Error(turned.fault.code);
}

describe('a day of the queue', () => {
  it('is told once it is over, once, also over a restart; the present day is not', async () => {
    const first = today();
    take(3);
    await days.send();
    expect(arrived).toEqual([]);
    await nextDay();
    take(2);
    await days.send();
    restart();
    await days.send();
    expect(told()).toEqual([[first, 3]]);
    expect(days.health()).toEqual({ waiting: 0, refused: [] });
  });

  it('that nobody came on is none', async () => {
    await nextDay();
    take(1);
    const second = today();
    await nextDay();
    await nextDay();
    await days.send();
    expect(told()).toEqual([[second, 1]]);
  });

  it('is told after a week without the line with the six others, the oldest first', async () => {
    answer = 'platform.unreachable';
    const week: [string, number][] = [];
    for (let day = 1; day <= 7; day += 1) {
      week.push([today(), day]);
      take(day);
      await nextDay();
      await days.send();
      if (day === 4) restart();
    }
    expect(arrived).toEqual([]);
    expect(days.health()).toEqual({ waiting: 7, refused: [] });
    answer = 'stands';
    await days.send();
    expect(told()).toEqual(week);
  });

  it('whose answer was lost is told again in the same words, and is one', async () => {
    take(3);
    await nextDay();
    answer = 'lost on the way';
    await days.send();
    restart();
    answer = 'stands';
    await days.send();
    await days.send();
    expect(arrived).toHaveLength(2);
    expect(arrived[1]).toEqual(arrived[0]);
  });

  it('whose answer comes when the terminal has ended is told again at its next start', async () => {
    take(3);
    await nextDay();
    onReport = close;
    await days.send();
    onReport = () => undefined;
    open();
    await days.send();
    expect(arrived).toHaveLength(2);
    expect(days.health()).toEqual({ waiting: 0, refused: [] });
  });

  it('of which the platform has a fuller report is told once, and the log says so', async () => {
    take(3);
    await nextDay();
    answer = 'other stands';
    await days.send();
    await days.send();
    expect(arrived).toHaveLength(1);
    expect(events('station-day.other-stands')).toHaveLength(1);
  });
});

describe('a clock that is wrong', () => {
  /** A terminal that runs goes by what has passed; at its start it believes its machine. */
  function startAt(wrongMs: number): void {
    wrongByMs = wrongMs;
    restart();
  }

  it('that leaps ahead and comes back: the day is told as it was then, and again when it is over', async () => {
    const first = today();
    take(3);
    startAt(2 * DAY_MS);
    await days.send();
    startAt(0);
    take(2);
    await nextDay();
    await days.send();
    await days.send();
    expect(told()).toEqual([
      [first, 3],
      [first, 5],
    ]);
    const [early, whole] = arrived.map(({ report }) => report.events);
    expect(early).toBeLessThan(whole ?? 0);
  });

  it('that leaps so far that the days are erased loses no figures that the platform has not', async () => {
    const first = today();
    take(3);
    await nextDay();
    await days.send();
    const second = today();
    take(4);
    await nextDay();
    answer = 'platform.unreachable';
    await days.send();
    startAt(400 * DAY_MS);
    expect(queue.events(second)).not.toEqual([]);
    // Somebody comes all the same, and it is a day like others.
    take(1);
    restart();
    expect(queue.events(second)).toEqual([]);
    restart();
    expect(days.health()).toEqual({ waiting: 1, refused: [] });
    answer = 'stands';
    await days.send();
    await days.send();
    expect(told()).toEqual([
      [first, 3],
      [second, 4],
    ]);
    expect(store.sql('SELECT count(*) AS n FROM station_day WHERE kept IS NOT NULL').get()?.['n']).toBe(0);
  });
});

describe.each(['platform.rejected', 'platform.not-authorised', 'platform.conflict'] as const)(
  'a platform that answers %s',
  (code) => {
    it('holds up no other day, is named to staff, and is asked again on the next day', async () => {
      const first = today();
      take(3);
      await nextDay();
      answer = code;
      const asked = countAsked();
      await days.send();
      await days.send();
      expect(asked()).toBe(1);
      expect(days.health()).toEqual({ waiting: 0, refused: [{ day: first, code }] });
      expect(events('station-day.refused')).toMatchObject([{ code, detail: first }]);
      const second = today();
      take(1);
      await nextDay();
      await days.send();
      expect(asked()).toBe(3);
      answer = 'stands';
      await days.send();
      expect(asked()).toBe(3);
      expect(days.health()?.refused).toHaveLength(2);
      await nextDay();
      await days.send();
      expect(told().slice(-2)).toEqual([
        [first, 3],
        [second, 1],
      ]);
      expect(days.health()).toEqual({ waiting: 0, refused: [] });
    });

    it('loses no figures of a day whose events are erased meanwhile: they are kept, named, and asked about', async () => {
      const first = today();
      take(3);
      await nextDay();
      answer = code;
      for (let day = 0; day < KEEP_DAYS + 5; day += 1) {
        await days.send();
        await nextDay();
      }
      expect(queue.events(first)).toEqual([]);
      expect(days.health()).toEqual({ waiting: 0, refused: [{ day: first, code }] });
      const asked = countAsked();
      restart();
      await days.send();
      expect(asked()).toBe(1);
      await nextDay();
      answer = 'stands';
      await days.send();
      expect(told().at(-1)).toEqual([first, 3]);
      expect(days.health()).toEqual({ waiting: 0, refused: [] });
    });

    it('loses none by one start with a clock that is a year ahead, and gives up what the platform keeps of nobody', async () => {
      const first = today();
      take(3);
      await nextDay();
      answer = code;
      await days.send();
      wrongByMs = 400 * DAY_MS;
      restart();
      wrongByMs = 0;
      restart();
      expect(days.health()).toEqual({ waiting: 0, refused: [{ day: first, code }] });
      expect(givenUp).toBe(0);
      wrongByMs = (KEPT_AT_PLATFORM_DAYS + KEEP_DAYS + 2) * DAY_MS;
      restart();
      expect(givenUp).toBe(0);
      // Somebody comes on that day: it is one.
      take(1);
      restart();
      expect(givenUp).toBe(1);
      expect(days.health()).toEqual({ waiting: 0, refused: [] });
    });
  },
);

describe('a terminal that is taken to another station', () => {
  it('tells nothing there of the days before, whether they were told, waited, were refused or kept', async () => {
    take(1);
    await nextDay();
    answer = 'platform.unreachable';
    await days.send();
    for (let day = 0; day < KEEP_DAYS + 2; day += 1) await nextDay();
    take(2);
    await nextDay();
    answer = 'platform.rejected';
    await days.send();
    take(3);
    await nextDay();
    expect(days.health()).toMatchObject({ waiting: 1, refused: [{}, {}] });

    stationId = '999901002';
    restart();
    answer = 'stands';
    arrived = [];
    await days.send();
    expect(arrived).toEqual([]);
    expect(days.health()).toEqual({ waiting: 0, refused: [] });
    expect(events('station-day.other-station')).toMatchObject([{ detail: '3 days of 999901001' }]);

    const there = today();
    take(4);
    await nextDay();
    restart();
    await days.send();
    expect(told()).toEqual([[there, 4]]);
    expect(events('station-day.other-station')).toHaveLength(1);
  });

  it('in the middle of a day: that day is of both, and is told of neither', async () => {
    take(3);
    stationId = '999901002';
    restart();
    take(1);
    await nextDay();
    const second = today();
    take(2);
    await nextDay();
    await days.send();
    expect(told()).toEqual([[second, 2]]);
  });

  it('whose store takes nothing at that moment does not begin', () => {
    take(3);
    const rows = createStationDayRows(store, timeZone);
    store
      .sql("CREATE TEMP TRIGGER full BEFORE INSERT ON queue_station BEGIN SELECT raise(ABORT, 'full'); END")
      .run();
    const settled = settleStation({ rows, store, log: (line) => logged.push(line) }, '999901002');
    expect(settled.ok).toBe(false);
    expect(events('station-day.other-station')).toEqual([]);
  });
});

describe('a line that takes no report', () => {
  it('is named once, and again when it is another fault or had been whole in between', async () => {
    take(3);
    await nextDay();
    for (const code of ['platform.too-large', 'platform.too-large', 'platform.failed'] as const) {
      answer = code;
      await days.send();
    }
    answer = 'stands';
    await days.send();
    take(1);
    await nextDay();
    answer = 'platform.failed';
    await days.send();
    expect(events('station-day.waits').map(({ code }) => code)).toEqual([
      'platform.too-large',
      'platform.failed',
      'platform.failed',
    ]);
  });
});

describe.each(['{"term":1', '{"term":"one"}', 'null'])('a kept report that is %s', (unreadable) => {
  it('is named in the log, and holds up no other day', async () => {
    const first = today();
    take(3);
    await nextDay();
    const second = today();
    take(4);
    await nextDay();
    answer = 'platform.unreachable';
    await days.send();
    for (let day = 0; day < KEEP_DAYS + 2; day += 1) await nextDay();
    store.sql('UPDATE station_day SET kept = ? WHERE business_day = ?').run(unreadable, first);
    answer = 'stands';
    await days.send();
    await days.send();
    expect(told()).toEqual([[second, 4]]);
    expect(events('station-day.unreadable')).toMatchObject([
      { level: 'error', code: 'store.corrupt', detail: first },
    ]);
    expect(days.health()).toEqual({ waiting: 0, refused: [] });
  });
});

describe('nothing is told', () => {
  beforeEach(async () => {
    take(3);
    await nextDay();
    take(3);
    await nextDay();
  });

  it('while a resident’s application waits, also when it comes between two days', async () => {
    isLineFree = false;
    await days.send();
    expect(arrived).toEqual([]);
    isLineFree = true;
    onReport = () => {
      isLineFree = false;
    };
    await days.send();
    expect(arrived).toHaveLength(1);
    isLineFree = true;
    await days.send();
    expect(arrived).toHaveLength(2);
  });

  it('by a terminal that is not the hub', async () => {
    isHub = false;
    await days.send();
    expect(arrived).toEqual([]);
    expect(days.health()).toBeNull();
  });

  it('twice, when the store takes no answer: the round ends', async () => {
    onReport = () => {
      store
        .sql("CREATE TEMP TRIGGER full BEFORE INSERT ON station_day BEGIN SELECT raise(ABORT, 'full'); END")
        .run();
      onReport = () => undefined;
    };
    await days.send();
    expect(arrived).toHaveLength(1);
  });
});

import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { demoQueue } from '#config/demo/demo-queue.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import { openStore } from '#terminal/store/store.ts';
import { openQueueSource } from '#terminal/tickets/members/open-source.ts';
import { createStationDayRows } from '#terminal/tickets/station-day-rows.ts';
import { startStationQueue, type StationQueue } from '#terminal/tickets/station-queue.ts';
import { measuredFolder } from '../disk.ts';
import type { BenchGroup } from '../group.ts';
import { spreadOf } from '../statistics.ts';

const DAYS = 30;
const PEOPLE_A_DAY = { ordinary: 200, full: 2_000 } as const;
const WINDOWS = Array.from({ length: 10 }, (_, index) => String(index + 1));
const LINES = ['A', 'B', 'C'];
/** The first days fill what is kept of a day, and are compiled. */
const FIRST_DAY_THAT_COUNTS = 3;
const FLAT = { is: 'at most', ratio: 1.1 } as const;
const BYTES_PER_MB = 1_048_576;
const DAY_MS = 86_400_000;

export const group: BenchGroup = {
  about: `${DAYS} days of a hall on a clock that is moved, everything stored and audited, each change seen by console and board: what the process holds at the end of each day`,
  measure: async ({ dataDir, full, say }) => {
    const folder = measuredFolder(dataDir, 'queue-month');
    const opened = openStore(folder.path);
    if (!opened.ok) throw new Error(opened.fault.code);
    const store = opened.value;
    try {
      const clock = new SimulatedClock();
      const ports = {
        settings: { ...demoQueue, windows: WINDOWS.map((window) => ({ window, lines: LINES })) },
        timeZone: 'Asia/Shanghai',
        store,
        audit: createAudit(store, clock),
        clock,
        log: () => undefined,
        dayRows: createStationDayRows(store, 'Asia/Shanghai'),
      };
      const alone = {
        terminal: '01',
        hub: null,
        door: null,
        closesAtMs: () => null,
        isDateWrong: () => false,
      };
      const started = startStationQueue({
        ...ports,
        station,
        devices: { showAtWindow: () => Promise.resolve([]) },
        openSource: (onEvents) =>
          openQueueSource(
            { ...ports, ...alone, dataDir: folder.path, newTicketId: () => randomUUID() },
            onEvents,
          ),
      });
      if (!started.ok) throw new Error(started.fault.code);
      const queue = started.value;
      const stop = everybodyLooks(queue);
      const collect = collector();
      const heldMb: number[] = [];
      const people = full ? PEOPLE_A_DAY.full : PEOPLE_A_DAY.ordinary;
      for (let day = 1; day <= DAYS; day += 1) {
        const beganMs = clock.now();
        await playDay(queue, clock, people);
        await clock.advance(Math.max(0, DAY_MS - (clock.now() - beganMs)));
        heldMb.push(heapMb(collect));
        say(`day ${day}: ${heldMb.at(-1)?.toFixed(2)} MB`);
      }
      stop();
      await queue.close();
      const counted = heldMb.slice(FIRST_DAY_THAT_COUNTS - 1);
      const spread = spreadOf(counted);
      const before = counted[0] ?? spread.lowest;
      return [
        {
          name: `heap behind a day of ${people} people, the ${DAYS}th`,
          unit: 'MB',
          ours: counted.at(-1) ?? before,
          spread,
          beside: { name: `the ${FIRST_DAY_THAT_COUNTS}rd`, value: before },
          goal: FLAT,
        },
      ];
    } finally {
      store.close();
      folder.remove();
    }
  },
};

const station = {
  name: { zh: '示例', en: 'Example' },
  address: { zh: '示例', en: 'Example' },
  phone: '12345',
  hours: { zh: '示例', en: 'Example' },
  helpDesk: { zh: '示例', en: 'Example' },
  area: { region: '示例', street: '示例', communities: ['示例'] },
};

/** As the API's streams do: a snapshot of each kind for each change. */
function everybodyLooks(queue: StationQueue): () => void {
  return queue.changes.subscribe(() => {
    queue.snapshot();
    queue.board();
  });
}

/** Everybody takes a number, waits, is called by the window that is next in turn, and is served. */
async function playDay(queue: StationQueue, clock: SimulatedClock, people: number): Promise<void> {
  const must = async (command: QueueCommand): Promise<void> => {
    const done = await queue.do(command, { role: 'staff', account: 'li-01' });
    if (!done.ok) throw new Error(`${command.verb}: ${done.fault.code}`);
  };
  for (const window of WINDOWS)
    await must({ verb: 'open-window', window, lines: LINES, person: `s${window}` });
  const WAITING = 15;
  const STEP_MS = 5_000;
  for (let person = 0; person < people + WAITING; person += 1) {
    if (person < people) {
      const line = LINES[person % LINES.length] ?? 'A';
      const ticketId = randomUUID();
      await must({ verb: 'take', ticketId, line, slug: null, instead: null, ticketClass: 'ordinary' });
    }
    await clock.advance(STEP_MS);
    if (person < WAITING) continue;
    const window = WINDOWS[person % WINDOWS.length] ?? '1';
    const last = queue.seen().day.windows.get(window)?.ticketId ?? null;
    if (last !== null) await must({ verb: 'finish', window, ticketId: last });
    await must({ verb: 'next', window });
    const ticketId = queue.seen().day.windows.get(window)?.ticketId ?? null;
    await clock.advance(STEP_MS);
    if (ticketId !== null) await must({ verb: 'serve', window, ticketId });
  }
}

/** Node gives the collector to whoever asks by a flag only, which may be set while it runs. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void; // the flag makes it
}

/** Twice: what the first collection finalizes, the second one frees. */
function heapMb(collect: () => void): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed / BYTES_PER_MB;
}

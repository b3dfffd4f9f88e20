import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { fileSystemOf, hasRoomFor, measuredFolder } from '../disk.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { memoryFigure, watchMemory } from '../memory.ts';
import { openPeers } from '../outbox/durable-peers.ts';
import { openStation, type OutboxStation } from '../outbox/station.ts';
import { interleaved, quantile, spreadOf } from '../statistics.ts';
import { timed, type Timed, type Work } from '../timed.ts';

const SIZES = { ordinary: [0, 10_000, 50_000], full: [0, 10_000, 100_000, 1_000_000] } as const;
/** An application with its slip, its audit rows and its places in the indexes, with the log beside it. */
const BYTES_A_ROW = 6_000;
const WORKS_A_BLOCK = 50;
const TIMES = { warmUps: 5, repetitions: 20 } as const;
const FULL_REPETITIONS = 60;
/** Of what a look at the queue costs, a single one is too short to be timed. */
const LOOKS_AT_ONCE = 100;
const FLAT = { is: 'at most', ratio: 1.5 } as const;
/** A queue of another's that is measured beside ours holds so many rows. */
const PEER_ROWS = 10_000;
const BYTES_OF_A_PEERS_ROW = 1_709;

export const group: BenchGroup = {
  about:
    'submissions, and claims with their acknowledgements (two commits), while nothing waits and while very many do; ' +
    'each size is a database of its own, and they take turns',
  measure: async (tools) => {
    const folder = measuredFolder(tools.dataDir, 'backlog');
    try {
      return await measureIn(folder.path, tools);
    } finally {
      folder.remove();
    }
  },
};

interface Backlog {
  readonly rows: number;
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  readonly station: OutboxStation;
}

async function measureIn(folder: string, tools: BenchTools): Promise<Figure[]> {
  const memory = watchMemory(() => process.memoryUsage.rss());
  const backlogs: Backlog[] = [];
  for (const rows of sizesThatFit(folder, tools)) backlogs.push(await makeBacklog(folder, rows, tools));
  try {
    const figures = await measureWork(backlogs, tools, memory.look);
    memory.look();
    for (const backlog of backlogs) backlog.station.close();
    for (const backlog of backlogs) figures.push(...measureStart(backlog, tools));
    memory.look();
    return [
      ...figures,
      ...(await peerFigures(folder, tools)),
      memoryFigure('the work with all these queues open', memory.samplesMb),
    ];
  } finally {
    for (const backlog of backlogs) backlog.station.close();
  }
}

function sizesThatFit(folder: string, { full, say }: BenchTools): readonly number[] {
  say(`on ${fileSystemOf(folder) ?? 'a file system that does not say what it is'}`);
  return (full ? SIZES.full : SIZES.ordinary).filter((rows) => {
    const fits = hasRoomFor(folder, rows * BYTES_A_ROW);
    if (!fits) say(`not measured: ${rows} rows, for which ${folder} has no room`);
    return fits;
  });
}

async function makeBacklog(folder: string, rows: number, { say }: BenchTools): Promise<Backlog> {
  const dataDir = join(folder, String(rows));
  mkdirSync(dataDir);
  const masterKey = randomBytes(32);
  const station = openStation({ dataDir, masterKey, receivedBefore: 0 });
  const TELL_EVERY = 50_000;
  await station.fill(rows, (done) => {
    if (done % TELL_EVERY === 0) say(`${done} of ${rows} rows are there`);
  });
  return { rows, dataDir, masterKey, station };
}

/** What is done with a queue, and the name that the report has for it. */
const works: readonly {
  readonly name: string;
  readonly shares: readonly number[];
  readonly of: (station: OutboxStation) => Work;
}[] = [
  { name: 'a durable submit', shares: [0.5, 0.99], of: (station) => station.submit },
  // The last block has put in what this one takes out: the queue keeps its length.
  { name: 'claim and acknowledge', shares: [0.5, 0.99], of: (station) => station.claimAndAcknowledge },
  {
    // Reads of a page in memory: their p99 is the scheduler's.
    shares: [0.5],
    name: `${LOOKS_AT_ONCE} × what waits and when the next is due`,
    of:
      ({ core }) =>
      () => {
        for (let look = 0; look < LOOKS_AT_ONCE; look += 1) {
          core.outbox.counts();
          core.outbox.nextDueMs();
        }
      },
  },
  {
    name: 'the next slip for the printer',
    shares: [0.5, 0.99],
    of:
      ({ core }) =>
      () => {
        const job = core.printJobs.takeNext();
        if (!job.ok || job.value === null) throw new Error('no slip waits');
        core.printJobs.end(job.value.jobId, { end: 'printed', proof: 'in-order-status' });
      },
  },
];

async function measureWork(
  backlogs: readonly Backlog[],
  { clock, full }: BenchTools,
  look: () => void,
): Promise<Figure[]> {
  const cells = works.flatMap((work) =>
    backlogs.map(({ rows, station }) => ({
      work: work.name,
      shares: work.shares,
      rows,
      timed: timed(clock, WORKS_A_BLOCK, work.of(station)),
    })),
  );
  let round = -TIMES.warmUps;
  const rates = await interleaved(
    cells.map((cell, index) => () => {
      if (index === 0) {
        if (round === 0) for (const one of cells) one.timed.forget();
        round += 1;
        look();
      }
      return cell.timed.block();
    }),
    full ? { ...TIMES, repetitions: FULL_REPETITIONS } : TIMES,
  );
  const figures: Figure[] = [];
  for (const [index, cell] of cells.entries()) {
    const empty = cells.find((other) => other.work === cell.work && other.rows === 0);
    if (empty === undefined) continue;
    if (cell === empty) figures.push(rateOf(cell.work, rates[index] ?? []));
    for (const share of cell.shares) figures.push(latency(cell, empty, share));
  }
  return figures;
}

interface Cell {
  readonly work: string;
  readonly rows: number;
  readonly timed: Timed;
}

function latency({ work, rows, timed: { eachMs } }: Cell, empty: Cell, share: number): Figure {
  const isEmpty = rows === 0;
  return {
    name: `${work}, ${rows} waiting, p${share * 100}`,
    unit: 'ms',
    ours: quantile(eachMs, share),
    spread: spreadOf(eachMs),
    beside: isEmpty ? null : { name: 'none waiting', value: quantile(empty.timed.eachMs, share) },
    goal: isEmpty ? null : FLAT,
  };
}

function rateOf(work: string, samples: readonly number[]): Figure {
  const spread = spreadOf(samples);
  return {
    name: `${work}, 0 waiting`,
    unit: '/s',
    ours: spread.median,
    spread,
    beside: null,
    goal: null,
  };
}

/**
 * From opening the database until the terminal could receive. SQLite checks every page then (store.ts), so that
 * this grows with the queue as reading the file does; the file is read here as fast as it can be.
 */
function measureStart({ rows, dataDir, masterKey }: Backlog, { clock, say }: BenchTools): Figure[] {
  const file = join(dataDir, DATABASE_FILE);
  const megabytes = statSync(file).size / 1_048_576;
  say(`${rows} rows: the database has ${megabytes.toFixed(0)} MB`);
  if (megabytes < 16) return [];
  const startMs = clock.monotonicMs();
  const station = openStation({ dataDir, masterKey, receivedBefore: rows });
  const openedMs = clock.monotonicMs() - startMs;
  station.close();
  const readMs = timeToRead(file, () => clock.monotonicMs());
  return [
    {
      name: `start with ${rows} waiting`,
      unit: 'ms',
      ours: openedMs,
      spread: spreadOf([openedMs]),
      beside: { name: `reading its ${megabytes.toFixed(0)} MB`, value: readMs },
      goal: null,
    },
  ];
}

function timeToRead(file: string, nowMs: () => number): number {
  const CHUNK_BYTES = 1_048_576;
  const chunk = new Uint8Array(CHUNK_BYTES);
  const startMs = nowMs();
  const handle = openSync(file, 'r');
  while (readSync(handle, chunk) > 0);
  closeSync(handle);
  return nowMs() - startMs;
}

/** Peers that are queues, with rows of the same size. */
async function peerFigures(folder: string, tools: BenchTools): Promise<Figure[]> {
  const peers = await openPeers(folder, tools);
  const figures: Figure[] = [];
  const station = openStation({
    dataDir: join(folder, 'peers'),
    masterKey: randomBytes(32),
    receivedBefore: 0,
  });
  try {
    await station.fill(PEER_ROWS, () => undefined);
    for (const { name, queue } of peers) {
      if (queue === null) continue;
      queue.fill(PEER_ROWS, randomBytes(BYTES_OF_A_PEERS_ROW));
      const [ours = [], theirs = []] = await interleaved(
        [station.claimAndAcknowledge, queue.claimAndAcknowledge].map(
          (work) => timed(tools.clock, WORKS_A_BLOCK, work).block,
        ),
        TIMES,
      );
      const spread = spreadOf(ours);
      figures.push({
        name: `claim and acknowledge, ${PEER_ROWS} waiting`,
        unit: '/s',
        ours: spread.median,
        spread,
        beside: { name, value: spreadOf(theirs).median },
        goal: null,
      });
    }
    return figures;
  } finally {
    station.close();
    for (const peer of peers) await peer.close();
  }
}

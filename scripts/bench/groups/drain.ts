import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Claimed } from '#terminal/outbox/outbox.ts';
import { fileSystemOf, hasRoomFor, measuredFolder } from '../disk.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { startBenchPlatform, startInstantPlatform, type PlatformAccess } from '../outbox/bench-platform.ts';
import { drainedSchema, type Drained, type DrainOrder } from '../outbox/drain-order.ts';
import { platformRate } from '../outbox/load-generator.ts';
import { expectOk, openStation } from '../outbox/station.ts';
import { quantile, spreadOf } from '../statistics.ts';

const ROWS = { ordinary: 5_000, full: 100_000 } as const;
const ROWS_OF_A_BURST = { ordinary: 1_000, full: 5_000 } as const;
const ROWS_ALONE = { ordinary: 4_000, full: 20_000 } as const;
/** At the terminal and at the platform, each application with all that belongs to it. */
const BYTES_A_ROW = 16_000;
/** The forwarder's own, by the demo's configuration, and what the platform's pool has connections for. */
const AT_A_TIME = [4, 16] as const;
const LEASE_MS = 86_400_000;
const TENTH = 0.1;
const FLAT = { is: 'at most', ratio: 1.1 } as const;

export const group: BenchGroup = {
  about:
    'after an outage: the terminal drains while residents submit, to the reference platform, and to one that ' +
    'answers at once; beside it the platform alone, under a plain load generator before and after. Each is a ' +
    'process of its own, and all share this machine',
  measure: async (tools) => {
    const folder = measuredFolder(tools.dataDir, 'drain');
    try {
      return await measureIn(folder.path, tools);
    } finally {
      folder.remove();
    }
  },
};

async function measureIn(folder: string, tools: BenchTools): Promise<Figure[]> {
  const rows = tools.full ? ROWS.full : ROWS.ordinary;
  tools.say(`on ${fileSystemOf(folder) ?? 'a file system that does not say what it is'}`);
  if (!hasRoomFor(folder, rows * BYTES_A_ROW)) throw new Error(`${folder} has no room for ${rows} rows`);
  const waiting = await fillStation(join(folder, 'terminal'), rows, tools);
  const burstRows = tools.full ? ROWS_OF_A_BURST.full : ROWS_OF_A_BURST.ordinary;
  const platform = await startBenchPlatform(join(folder, 'platform'));
  try {
    const burst = async (name: string): Promise<number[]> => {
      const rates: number[] = [];
      for (const atATime of AT_A_TIME) {
        const claimed = await claimedRows(join(folder, `${name}-${atATime}`), burstRows);
        rates.push(await platformRate(platform.access, claimed, atATime, tools.clock));
        tools.say(`the platform alone, ${atATime} at a time: ${rates.at(-1)?.toFixed(0) ?? ''} a second`);
      }
      return rates;
    };
    await burst('warm-up');
    const before = await burst('before');
    const drained = await drainInItsOwnProcess({ ...waiting, access: platform.access });
    const after = await burst('after');
    const alone = AT_A_TIME.map((atATime, index) => ({
      atATime,
      rate: ((before[index] ?? 0) + (after[index] ?? 0)) / 2,
    }));
    await platform.close();
    const byItself = await drainByItself(folder, tools);
    return [...limitFigures(drained, byItself, alone), ...comfortFigures(drained, tools.full)];
  } finally {
    await platform.close();
  }
}

/** What the terminal alone can do: only its own work takes time. */
async function drainByItself(folder: string, tools: BenchTools): Promise<Drained> {
  const rows = tools.full ? ROWS_ALONE.full : ROWS_ALONE.ordinary;
  const waiting = await fillStation(join(folder, 'terminal-alone'), rows, tools);
  const platform = await startInstantPlatform();
  try {
    return await drainInItsOwnProcess({ ...waiting, access: platform.access });
  } finally {
    await platform.close();
  }
}

async function fillStation(
  dataDir: string,
  rows: number,
  { say }: BenchTools,
): Promise<Omit<DrainOrder, 'access'>> {
  mkdirSync(dataDir);
  const masterKey = randomBytes(32);
  const station = openStation({ dataDir, masterKey, receivedBefore: 0 });
  await station.fill(rows, () => undefined);
  station.close();
  say(`${rows} applications wait`);
  return { dataDir, masterKeyHex: masterKey.toString('hex'), rows };
}

/** Applications as a terminal would send them, for somebody who is none. */
async function claimedRows(dataDir: string, rows: number): Promise<Claimed[]> {
  mkdirSync(dataDir);
  const station = openStation({ dataDir, masterKey: randomBytes(32), receivedBefore: 0 });
  try {
    await station.fill(rows, () => undefined);
    return Array.from({ length: rows }, () => {
      const claimed = expectOk(station.core.outbox.claim(LEASE_MS));
      if (claimed === null) throw new Error('nothing was there to be claimed');
      return claimed;
    });
  } finally {
    station.close();
  }
}

function drainInItsOwnProcess(order: DrainOrder & { access: PlatformAccess }): Promise<Drained> {
  const child = fork(join(import.meta.dirname, '../outbox/drain-worker.ts'));
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve(drainedSchema.parse(message));
    });
    child.once('close', (code) => {
      reject(new Error(`the terminal that drains ended with ${String(code)}`));
    });
    child.send(order);
  });
}

/** Who is the limit: the platform, as long as the terminal by itself is quicker. */
function limitFigures(
  drained: Drained,
  byItself: Drained,
  alone: readonly { readonly atATime: number; readonly rate: number }[],
): Figure[] {
  const most = alone.reduce((best, one) => (one.rate > best.rate ? one : best));
  const rateOf = ({ acknowledged, tookMs }: Drained): number => (acknowledged * 1_000) / tookMs;
  const asAlone = (one: typeof most): Figure['beside'] => ({
    name: `the platform alone, ${one.atATime} at a time`,
    value: one.rate,
  });
  return [
    {
      name: `drain of ${byItself.acknowledged} to a platform that answers at once`,
      unit: '/s',
      ours: rateOf(byItself),
      spread: spreadOf([rateOf(byItself)]),
      beside: asAlone(most),
      goal: { is: 'at least', ratio: 1 },
    },
    ...alone.map((one): Figure => ({
      name: `drain of ${drained.acknowledged} to the platform, on one machine with it`,
      unit: '/s',
      ours: rateOf(drained),
      spread: spreadOf([rateOf(drained)]),
      beside: asAlone(one),
      goal: null,
    })),
    {
      name: 'the terminal’s share of a core meanwhile',
      unit: '%',
      ours: drained.coreShare * 100,
      spread: spreadOf([drained.coreShare * 100]),
      beside: null,
      goal: null,
    },
  ];
}

/** What others notice of it: memory, and how long a resident waits. */
function comfortFigures({ rssMb, heapMb, quiet, draining }: Drained, isLong: boolean): Figure[] {
  const tenth = Math.max(1, Math.floor(rssMb.length * TENTH));
  const last = spreadOf(rssMb.slice(-tenth));
  return [
    {
      name: 'memory (RSS) of the terminal that drains behind the first fifth, last tenth',
      unit: 'MB',
      ours: last.median,
      spread: spreadOf(rssMb),
      beside: { name: 'first tenth', value: spreadOf(rssMb.slice(0, tenth)).median },
      // V8 takes its time to find the size of its young generation: some ten thousand applications.
      goal: isLong ? FLAT : null,
    },
    {
      name: 'its heap in use, at the end',
      unit: 'MB',
      ours: heapMb.end,
      spread: spreadOf([heapMb.warm, heapMb.end]),
      beside: { name: 'behind the first fifth', value: heapMb.warm },
      goal: FLAT,
    },
    ...[0.5, 0.99].map((share): Figure => ({
      name: `a resident submits meanwhile, touch to commit, p${share * 100}`,
      unit: 'ms',
      ours: quantile(draining.submitMs, share),
      spread: spreadOf(draining.submitMs),
      beside: { name: 'nothing is sent', value: quantile(quiet.submitMs, share) },
      goal: null,
    })),
    {
      name: 'event loop of the terminal meanwhile, late by, p99',
      unit: 'ms',
      ours: draining.loopP99Ms,
      spread: {
        median: draining.loopP50Ms,
        lowest: draining.loopP50Ms,
        highest: draining.loopMaxMs,
        samples: draining.submitMs.length,
      },
      beside: { name: 'nothing is sent', value: quiet.loopP99Ms },
      goal: null,
    },
  ];
}

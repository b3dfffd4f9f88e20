import { fork } from 'node:child_process';
import { join } from 'node:path';
import { measuredFolder } from '../disk.ts';
import type { Figure, Goal } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { loadReportSchema, type LoadDone, type LoadOrder } from '../platform/load-order.ts';
import { CONNECTIONS_A_NODE, startNodes, type MeasuredNodes } from '../platform/many-nodes.ts';
import { sizesOf } from '../platform/sizes.ts';
import { processorMs } from '../platform/processor.ts';
import { interleaved, quantile, spreadOf } from '../statistics.ts';

const NODES = 3;
const APPLICATIONS_A_BLOCK = { ordinary: 600, full: 3_000 } as const;
const BLOCKS = { ordinary: 5, full: 15 } as const;
/** At each node: fewer than it takes on at once, so that nothing is turned away: 429 is not what is measured here. */
const AT_A_TIME = 12;
const BYTES_A_KB = 1000;
const RATE_GOAL: Goal = { is: 'at least', ratio: 0.5 };
const COST_GOAL: Goal = { is: 'at most', ratio: 2 };
const EVEN: Goal = { is: 'at most', ratio: 1 };

export const group: BenchGroup = {
  about:
    'applications accepted, signed, checked and durable, by one node and by three over one PostgreSQL; beside them the same rows ' +
    'put in by plain pg, in one statement each, over as many connections',
  measure: async (tools) => {
    const folder = measuredFolder(tools.dataDir, 'platform');
    const platform = await startNodes(folder.path, NODES);
    try {
      return await measureOn(platform, tools);
    } finally {
      await platform.close();
      folder.remove();
    }
  },
};

/** One side of the measurement, over all its blocks. */
interface Side {
  readonly block: () => Promise<number>;
  readonly eachMs: number[];
  /** A block's cost for one application, in ms of a processor. */
  readonly nodesMs: number[];
  readonly databaseMs: number[];
  readonly senderMs: number[];
  readonly signingMs: number[];
  /** What an application adds to the log that is flushed, shipped and kept, in kB. */
  readonly logKb: number[];
}

async function measureOn(platform: MeasuredNodes, tools: BenchTools): Promise<Figure[]> {
  const size = tools.full ? 'full' : 'ordinary';
  const count = APPLICATIONS_A_BLOCK[size];
  const side = (nodes: number): Side => sideOf(platform, nodes, count, tools);
  const raw = side(0);
  const one = side(1);
  const three = side(NODES);
  const [rawRates = [], oneRates = [], threeRates = []] = await interleaved(
    [raw.block, one.block, three.block],
    { warmUps: 1, repetitions: BLOCKS[size] },
  );
  const sizes = await sizesOf(platform.databaseUrl);
  const rawRate = { name: 'raw inserts', value: spreadOf(rawRates).median };
  return [
    rate('applications accepted, one node', oneRates, rawRate, RATE_GOAL),
    rate('applications accepted, three nodes', threeRates, rawRate, RATE_GOAL),
    rate('three nodes', threeRates, { name: 'one node', value: spreadOf(oneRates).median }, null),
    ...[
      { name: 'one node', of: one },
      { name: 'three nodes', of: three },
    ].flatMap(({ name, of }) => [
      latency(`an application, ${name}, p50`, 0.5, of, raw),
      latency(`an application, ${name}, p99`, 0.99, of, raw),
      cost(
        `PostgreSQL's processor for an application, ${name}`,
        of.databaseMs,
        'raw inserts',
        raw.databaseMs,
        COST_GOAL,
      ),
    ]),
    cost(
      "the node's processor for an application",
      one.nodesMs,
      'raw inserts: sender and PostgreSQL',
      sums(raw),
      null,
    ),
    cost('all processors for an application', sums(one), 'raw inserts', sums(raw), null),
    cost("the sender's processor for an application", one.senderMs, 'all that is measured', sums(one), EVEN),
    cost(
      'signing an application ahead, not in the figures above',
      one.signingMs,
      'all that is measured',
      sums(one),
      null,
    ),
    { ...cost('log that an application writes', one.logKb, 'raw inserts', raw.logKb, null), unit: 'kB' },
    {
      ...cost(
        'an application on disk, with its indexes',
        [sizes.applicationBytes / BYTES_A_KB],
        'as it is sent',
        [sizes.sentBytes / BYTES_A_KB],
        null,
      ),
      unit: 'kB',
    },
  ];
}

function sums(side: Side): number[] {
  return side.nodesMs.map((ms, at) => ms + (side.databaseMs[at] ?? 0) + (side.senderMs[at] ?? 0));
}

function sideOf(platform: MeasuredNodes, nodeCount: number, count: number, tools: BenchTools): Side {
  const nodes = platform.nodes.slice(0, nodeCount);
  const pids = nodes.map(({ pid }) => pid);
  const side: Omit<Side, 'block'> = {
    eachMs: [],
    nodesMs: [],
    databaseMs: [],
    senderMs: [],
    signingMs: [],
    logKb: [],
  };
  const order: LoadOrder = {
    ...platform.sender,
    urls: nodeCount === 0 ? null : nodes.map(({ url }) => url),
    databaseUrl: platform.databaseUrl,
    count,
    atATime: nodeCount === 0 ? CONNECTIONS_A_NODE : AT_A_TIME * nodeCount,
  };
  let isWarm = false;
  const block = async (): Promise<number> => {
    let atFirst = { nodes: 0, database: 0 };
    let after = atFirst;
    const logBefore = (await sizesOf(platform.databaseUrl)).logBytes;
    const look = () => ({ nodes: processorMs(pids), database: processorMs([platform.postmaster]) });
    const { done, signingCpuMs } = await load(
      order,
      () => (atFirst = look()),
      () => (after = look()),
    );
    if (done.refused.length > 0) throw new Error(`answered ${[...new Set(done.refused)].join(', ')}`);
    const { logBytes } = await sizesOf(platform.databaseUrl);
    const each = (ms: number): number => ms / count;
    if (isWarm) {
      side.eachMs.push(...done.eachMs);
      side.nodesMs.push(each(after.nodes - atFirst.nodes));
      side.databaseMs.push(each(after.database - atFirst.database));
      side.senderMs.push(each(done.cpuMs));
      side.signingMs.push(each(signingCpuMs));
      side.logKb.push(each(logBytes - logBefore) / BYTES_A_KB);
    }
    isWarm = true;
    tools.say(`${String(nodeCount)} nodes: ${((count * 1000) / done.ms).toFixed(0)} /s`);
    return (count * 1000) / done.ms;
  };
  return { ...side, block };
}

const WORKER = join(import.meta.dirname, '../platform/load-worker.ts');

/** A process for each block: what is left of the last one slows none. */
async function load(
  order: LoadOrder,
  onReady: () => void,
  onDone: () => void,
): Promise<{ done: LoadDone; signingCpuMs: number }> {
  const child = fork(WORKER);
  return new Promise((resolve, reject) => {
    let signingCpuMs = 0;
    child.once('close', () => reject(new Error('the load ended before it was done')));
    child.on('message', (message) => {
      const report = loadReportSchema.parse(message);
      if (report.is === 'ready') {
        signingCpuMs = report.signingCpuMs;
        onReady();
        child.send('go');
        return;
      }
      // Before the process ends: its connections to the database end with it, and what they have used.
      onDone();
      child.disconnect();
      resolve({ done: report, signingCpuMs });
    });
    child.send(order);
  });
}

function rate(name: string, samples: readonly number[], beside: Figure['beside'], goal: Goal | null): Figure {
  const spread = spreadOf(samples);
  return { name, unit: '/s', ours: spread.median, spread, beside, goal };
}

function latency(name: string, share: number, ours: Side, raw: Side): Figure {
  return {
    name,
    unit: 'ms',
    ours: quantile(ours.eachMs, share),
    spread: spreadOf(ours.eachMs),
    beside: { name: 'raw inserts', value: quantile(raw.eachMs, share) },
    goal: null,
  };
}

function cost(
  name: string,
  samples: readonly number[],
  besideName: string,
  beside: readonly number[],
  goal: Goal | null,
): Figure {
  const spread = spreadOf(samples);
  return {
    name,
    unit: 'ms',
    ours: spread.median,
    spread,
    beside: { name: besideName, value: spreadOf(beside).median },
    goal,
  };
}

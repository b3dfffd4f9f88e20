import pg from 'pg';
import { seeded } from '../../../tests/support/seeded.ts';
import { plantTerminals, testTerminal, type TestTerminal } from '#platform/identity/for-tests.ts';
import { hasRoomFor, measuredFolder } from '../disk.ts';
import type { Figure, Goal } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { progressAsker, type AskedBy, type ProgressAsker } from '../platform/ask-progress.ts';
import { bytesACase, fillCases } from '../platform/fill-cases.ts';
import { startDatabase, startNode, type MeasuredNode } from '../platform/many-nodes.ts';
import { quantile, spreadOf } from '../statistics.ts';

const SMALL = 10_000;
const BIG = { ordinary: 300_000, full: 10_000_000 } as const;
const EXPECTED_BYTES_A_CASE = 1200;
const ROUNDS = { ordinary: 400, full: 2000 } as const;
const WARM_UPS = 40;
/** A terminal may ask by card sixty times in ten minutes (progress-tries.ts). */
const CARDS_A_TERMINAL = 50;
const FLAT: Goal = { is: 'at most', ratio: 1.5 };

export const group: BenchGroup = {
  about:
    'how a case goes, asked by its number and code and by a card, at a node over many cases; beside it the same node over 10,000',
  measure: async (tools) => {
    const size = tools.full ? 'full' : 'ordinary';
    const folder = measuredFolder(tools.dataDir, 'platform-big');
    if (!hasRoomFor(folder.path, BIG[size] * EXPECTED_BYTES_A_CASE)) {
      folder.remove();
      tools.say('not measured: the disk has no room for so many cases');
      return [];
    }
    const database = await startDatabase(folder.path);
    const filled: Filled[] = [];
    try {
      const rounds = ROUNDS[size] + WARM_UPS;
      for (const cases of [SMALL, BIG[size]]) {
        filled.push(await filledNode(database.url, cases, rounds, tools));
      }
      return await measureOn(filled, rounds);
    } finally {
      for (const { asker, node } of filled) {
        await asker.close();
        await node.close();
      }
      await database.close();
      folder.remove();
    }
  },
};

interface Filled {
  readonly cases: number;
  readonly bytesACase: number;
  readonly node: MeasuredNode;
  readonly asker: ProgressAsker;
  readonly terminals: readonly TestTerminal[];
}

/** A database of so many cases, with a node of its own. */
async function filledNode(
  serverUrl: string,
  cases: number,
  rounds: number,
  tools: BenchTools,
): Promise<Filled> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE of_${String(cases)}`);
  await client.end();
  const databaseUrl = serverUrl.replace(/\/[^/]*$/, `/of_${String(cases)}`);
  const node = await startNode(databaseUrl);
  const startMs = tools.clock.monotonicMs();
  await fillCases(databaseUrl, cases, tools.say);
  tools.say(`${String(cases)} cases in ${((tools.clock.monotonicMs() - startMs) / 1000).toFixed(0)} s`);
  const terminals = Array.from({ length: Math.ceil(rounds / CARDS_A_TERMINAL) }, (_, at) =>
    testTerminal(`T-${String(at)}`, '999901001'),
  );
  await plantTerminals(databaseUrl, terminals);
  return {
    cases,
    bytesACase: await bytesACase(databaseUrl, cases),
    node,
    asker: progressAsker(node.url),
    terminals,
  };
}

/** Turn by turn, so that a busy moment meets both sizes. */
async function measureOn(filled: readonly Filled[], rounds: number): Promise<Figure[]> {
  const random = seeded(1);
  const ways: readonly AskedBy[] = ['number', 'card'];
  const samples = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { cases, asker, terminals } of filled) {
      for (const by of ways) {
        const terminal = terminals[Math.floor(round / CARDS_A_TERMINAL)];
        if (terminal === undefined) throw new Error('there are too few terminals');
        const tookMs = await asker.ask(by, 1 + Math.floor(random() * cases), terminal);
        const key = `${by} ${String(cases)}`;
        if (round >= WARM_UPS) samples.set(key, [...(samples.get(key) ?? []), tookMs]);
      }
    }
  }
  const [small, big] = filled;
  if (small === undefined || big === undefined) throw new Error('two sizes are measured');
  const of = (by: AskedBy, { cases }: Filled): number[] => samples.get(`${by} ${String(cases)}`) ?? [];
  return [
    ...ways.flatMap((by) =>
      [0.5, 0.99].map((share) =>
        flat(by, share, { small, big }, { ours: of(by, big), beside: of(by, small) }),
      ),
    ),
    {
      name: `a case with its rows and indexes, of ${String(big.cases)}`,
      unit: 'kB',
      ours: big.bytesACase / 1000,
      spread: spreadOf([big.bytesACase / 1000]),
      beside: null,
      goal: null,
    },
  ];
}

function flat(
  by: AskedBy,
  share: number,
  { small, big }: { readonly small: Filled; readonly big: Filled },
  { ours, beside }: { readonly ours: readonly number[]; readonly beside: readonly number[] },
): Figure {
  return {
    name: `how a case of ${String(big.cases)} goes, by ${by}, p${String(share * 100)}`,
    unit: 'ms',
    ours: quantile(ours, share),
    spread: spreadOf(ours),
    beside: { name: `of ${String(small.cases)}`, value: quantile(beside, share) },
    goal: FLAT,
  };
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileSystemOf, measuredFolder } from '../disk.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { memoryFigure, watchMemory } from '../memory.ts';
import { openPeers } from '../outbox/durable-peers.ts';
import { createPlainAudit } from '../outbox/plain-audit.ts';
import { bareWrites, manyPageCommits, oneRowCommits } from '../outbox/one-row.ts';
import { FLUSH_MORE_MS, measureOnSlowDisk } from '../outbox/slow-disk.ts';
import { FEW_AT_ONCE, MANY_AT_ONCE, openStation, sealedBytes } from '../outbox/station.ts';
import { interleaved, quantile, spreadOf } from '../statistics.ts';
import { timed, type Timed } from '../timed.ts';

const SUBMITS_A_BLOCK = 100;
/** The log of the terminal's database has been gone round more than twice then. */
const WARM_UPS = 5;
const BLOCKS = { ordinary: 25, full: 100 } as const;
/**
 * By the length of the log after a hundred submissions: six tables, their indexes and the counters. A page is 4 KiB
 * in the log, however little of it was changed.
 */
const PAGES_OF_A_SUBMIT = 17;
const GROUPS_A_BLOCK = { few: 12, many: 3 } as const;
const PLAIN = 'the same, where the rows of the audit are not chained';
const GOAL = { is: 'at least', ratio: 0.8 } as const;

export const group: BenchGroup = {
  about:
    'a submission, durable when it is answered: application, number, sealed outbox row, sealed slip, audit, all of ' +
    'it or nothing; beside it a row of the same bytes, committed by itself on the same disk',
  measure: async (tools) => {
    const folder = measuredFolder(tools.dataDir, 'submit');
    try {
      return await measureIn(folder.path, tools);
    } finally {
      folder.remove();
    }
  },
};

async function measureIn(folder: string, tools: BenchTools): Promise<Figure[]> {
  const { clock, say } = tools;
  say(`on ${fileSystemOf(folder) ?? 'a file system that does not say what it is'}`);
  const memory = watchMemory(() => process.memoryUsage.rss());
  const masterKey = randomBytes(32);
  const station = openStation({ dataDir: folder, masterKey, receivedBefore: 0 });
  const unchained = openStation({
    dataDir: join(folder, 'unchained'),
    masterKey,
    receivedBefore: 0,
    createAudit: createPlainAudit,
  });
  const row = oneRowCommits(folder);
  const pages = manyPageCommits(folder, PAGES_OF_A_SUBMIT);
  const bare = bareWrites(folder);
  const bytes = randomBytes(await sealedBytes(station));
  const peers = await openPeers(folder, tools);
  try {
    const each = (work: () => void | Promise<void>): Timed => timed(clock, SUBMITS_A_BLOCK, work);
    const ours = each(station.submit);
    const few = timed(clock, GROUPS_A_BLOCK.few, () => station.submitAtOnce(FEW_AT_ONCE));
    const many = timed(clock, GROUPS_A_BLOCK.many, () => station.submitAtOnce(MANY_AT_ONCE));
    const plain = each(unchained.submit);
    const plainMany = timed(clock, GROUPS_A_BLOCK.many, () => unchained.submitAtOnce(MANY_AT_ONCE));
    const rows = each(() => row.write(bytes));
    const spreadRows = each(() => pages.write(bytes));
    const writes = each(() => bare.write(bytes));
    const others = peers.map((peer) => ({ peer, timed: each(() => peer.enqueue(bytes)) }));
    const sides = [
      ours,
      plain,
      few,
      many,
      plainMany,
      rows,
      spreadRows,
      writes,
      ...others.map((other) => other.timed),
    ];
    let rounds = -WARM_UPS;
    const rates = await interleaved(
      sides.map((side, index) => () => {
        if (index === 0) {
          if (rounds === 0) for (const one of sides) one.forget();
          rounds += 1;
          memory.look();
        }
        return side.block();
      }),
      { warmUps: WARM_UPS, repetitions: tools.full ? BLOCKS.full : BLOCKS.ordinary },
    );
    const [
      ourRates = [],
      plainRates = [],
      fewRates = [],
      manyRates = [],
      plainManyRates = [],
      rowRates = [],
      pageRates = [],
      writeRates = [],
      ...otherRates
    ] = rates;
    const oneByOne = perSecond('durable submits, one at a time', ourRates);
    const together = (residents: number, groupRates: readonly number[]) =>
      perSecond(
        `durable submits, ${residents} at once`,
        groupRates.map((groups) => groups * residents),
      );
    const oneRow = { name: `one row of ${bytes.length} bytes, node:sqlite WAL FULL`, samples: rowRates };
    return [
      together(MANY_AT_ONCE, manyRates)(oneRow, GOAL),
      together(FEW_AT_ONCE, fewRates)(oneRow, null),
      oneByOne(oneRow, null),
      oneByOne({ name: PLAIN, samples: plainRates }, null),
      together(MANY_AT_ONCE, manyRates)(
        { name: PLAIN, samples: plainManyRates.map((groups) => groups * MANY_AT_ONCE) },
        null,
      ),
      ...[
        { name: `the same row with ${PAGES_OF_A_SUBMIT - 1} small ones, in one commit`, samples: pageRates },
        { name: `${bytes.length} bytes written over a file, fdatasync`, samples: writeRates },
        ...others.map(({ peer }, at) => ({ name: `one row, ${peer.name}`, samples: otherRates[at] ?? [] })),
      ].map((beside) => oneByOne(beside, null)),
      ...[0.5, 0.99].map((share) => latency('a durable submit', share, ours, rows)),
      ...[0.5, 0.99].map((share) => latency(`${FEW_AT_ONCE} durable submits at once`, share, few, rows)),
      ...(await onSlowDisk(folder, say)),
      memoryFigure('submits, of all that is measured here', memory.samplesMb),
    ];
  } finally {
    for (const peer of peers) await peer.close();
    station.close();
    unchained.close();
    row.close();
    pages.close();
    bare.close();
  }
}

async function onSlowDisk(folder: string, say: BenchTools['say']): Promise<Figure[]> {
  const rates = await measureOnSlowDisk(folder);
  if (rates === null) {
    say(
      'not measured: a slow disk, for which a C compiler is needed (node scripts/find-compiler.ts brings one)',
    );
    return [];
  }
  const oneRow = { name: `one row of ${rates.rowBytes} bytes there`, samples: rates.oneRow };
  const there = `where a flush takes ${FLUSH_MORE_MS} ms more`;
  return [
    perSecond(`durable submits, one at a time, ${there}`, rates.oneByOne)(oneRow, null),
    perSecond(`durable submits, ${FEW_AT_ONCE} at once, ${there}`, rates.atOnce)(oneRow, GOAL),
  ];
}

function perSecond(
  name: string,
  samples: readonly number[],
): (beside: { name: string; samples: readonly number[] }, goal: Figure['goal']) => Figure {
  const spread = spreadOf(samples);
  return (beside, goal) => ({
    name,
    unit: '/s',
    ours: spread.median,
    spread,
    beside: { name: beside.name, value: spreadOf(beside.samples).median },
    goal,
  });
}

function latency(name: string, share: number, ours: Timed, rows: Timed): Figure {
  return {
    name: `${name}, p${share * 100}`,
    unit: 'ms',
    ours: quantile(ours.eachMs, share),
    spread: spreadOf(ours.eachMs),
    beside: { name: `one row, p${share * 100}`, value: quantile(rows.eachMs, share) },
    goal: null,
  };
}

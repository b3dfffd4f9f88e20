import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import { startSdk } from '#telemetry/sdk.ts';
import { measuredFolder } from '../disk.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { openStation } from '../outbox/station.ts';
import { interleaved, spreadOf } from '../statistics.ts';
import { timed } from '../timed.ts';

/** Their spans all find room until the next telling: nothing is cheaper for being dropped. */
const SUBMITS_A_BLOCK = 500;
const SPANS_OF_A_SUBMIT = 2;
const WARM_UPS = 5;
const BLOCKS = { ordinary: 25, full: 100 } as const;
const INTERVAL_MS = 60_000;
const GOAL = { is: 'at least', ratio: 0.95 } as const;

export const group: BenchGroup = {
  about:
    'a submission, durable when it is answered, of a terminal that tells a collector by OpenTelemetry; beside it the same of one that does not. ' +
    `All of it is told, ${SUBMITS_A_BLOCK} at a time, behind them or while the next are submitted. The collector is a process of its own`,
  measure: async (tools) => {
    const folder = measuredFolder(tools.dataDir, 'telemetry');
    try {
      return await measureIn(folder.path, tools);
    } finally {
      folder.remove();
    }
  },
};

async function measureIn(folder: string, { clock, full, say }: BenchTools): Promise<Figure[]> {
  const telling = tellingAtOurWord(clock);
  const collector = await startCollector();
  const telemetry = startSdk({
    endpoint: collector.url,
    trusted: null,
    service: { name: 'yizhan-terminal', version: 'bench', instance: 'bench' },
    intervalMs: INTERVAL_MS,
    clock: telling.clock,
    randomBytes,
    onTrouble: (why) => {
      say(`the collector: ${why ?? 'well again'}`);
    },
  });
  const blocks = full ? BLOCKS.full : BLOCKS.ordinary;
  const masterKey = randomBytes(32);
  const silent = openStation({ dataDir: join(folder, 'silent'), masterKey, receivedBefore: 0 });
  const told = openStation({ dataDir: join(folder, 'telling'), masterKey, receivedBefore: 0, telemetry });
  try {
    const alone = timed(clock, SUBMITS_A_BLOCK, silent.submit);
    const watched = timed(clock, SUBMITS_A_BLOCK, told.submit);
    const blockTold = async (): Promise<number> => {
      const [rate] = await Promise.all([watched.block(), telling.tell()]);
      return rate;
    };
    const blockToldBehind = async (): Promise<number> => {
      const rate = await watched.block();
      await telling.tell();
      return rate;
    };
    // There and back: who comes second on this disk is slower by some hundredths, whatever it does.
    const order = [alone.block, blockToldBehind, blockTold, blockTold, blockToldBehind, alone.block];
    const [off = [], behind = [], during = [], duringBack = [], behindBack = [], offBack = []] =
      await interleaved(order, { warmUps: WARM_UPS, repetitions: blocks });
    await telling.tell();
    const spans = SPANS_OF_A_SUBMIT * SUBMITS_A_BLOCK * (order.length - 2) * (WARM_UPS + blocks);
    if ((await collector.spans()) !== spans) throw new Error('not all was told: its cost was not measured');
    const beside = { name: 'told to nobody', value: spreadOf([...off, ...offBack]).median };
    return [
      { name: 'durable submits, one at a time, between two tellings', rates: [...behind, ...behindBack] },
      {
        name: 'durable submits, one at a time, all of them told meanwhile',
        rates: [...during, ...duringBack],
      },
    ].map(({ name, rates }) => {
      const spread = spreadOf(rates);
      return { name, unit: '/s', ours: spread.median, spread, beside, goal: GOAL };
    });
  } finally {
    silent.close();
    told.close();
    await telemetry.close();
    collector.close();
  }
}

async function startCollector(): Promise<{ url: string; spans(): Promise<number>; close(): void }> {
  const child = fork(join(import.meta.dirname, '../otlp-collector.ts'));
  const said = async (): Promise<unknown> => ((await once(child, 'message')) as unknown[])[0];
  const { url } = z.object({ url: z.string() }).parse(await said());
  return {
    url,
    spans: async () => {
      child.send('how many');
      return z.object({ spans: z.number() }).parse(await said()).spans;
    },
    close: () => {
      child.kill('SIGTERM');
    },
  };
}

/** The clock, but that the time for the next telling comes when it is said; it resolves when that one is over. */
function tellingAtOurWord(clock: Clock): { readonly clock: Clock; tell(): Promise<void> } {
  let due: () => void = () => undefined;
  let over: () => void = () => undefined;
  return {
    clock: {
      ...clock,
      after: (delayMs, callback) => {
        if (delayMs !== INTERVAL_MS) return clock.after(delayMs, callback);
        due = callback;
        over();
        return () => undefined;
      },
    },
    tell: () =>
      new Promise((resolve) => {
        over = resolve;
        due();
      }),
  };
}

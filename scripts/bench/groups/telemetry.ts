import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startOtlpReceiver } from '#telemetry/for-tests.ts';
import { startSdk } from '#telemetry/sdk.ts';
import { measuredFolder } from '../disk.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { openStation } from '../outbox/station.ts';
import { interleaved, spreadOf } from '../statistics.ts';
import { timed } from '../timed.ts';

const SUBMITS_A_BLOCK = 100;
const WARM_UPS = 5;
const BLOCKS = { ordinary: 25, full: 100 } as const;
/** The shortest that a terminal can be told to. */
const INTERVAL_MS = 10_000;
const GOAL = { is: 'at least', ratio: 0.95 } as const;

export const group: BenchGroup = {
  about:
    'a submission, durable when it is answered, of a terminal that tells a collector by OpenTelemetry; beside it the same of one that does not. ' +
    'The collector runs in the same process, which makes it no cheaper',
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
  const receiver = await startOtlpReceiver();
  const telemetry = startSdk({
    endpoint: receiver.url,
    trusted: null,
    service: { name: 'yizhan-terminal', version: 'bench', instance: 'bench' },
    intervalMs: INTERVAL_MS,
    clock,
    randomBytes,
    onTrouble: (why) => {
      say(`the collector: ${why ?? 'well again'}`);
    },
  });
  const masterKey = randomBytes(32);
  const silent = openStation({ dataDir: join(folder, 'silent'), masterKey, receivedBefore: 0 });
  const telling = openStation({ dataDir: join(folder, 'telling'), masterKey, receivedBefore: 0, telemetry });
  try {
    const [off = [], on = []] = await interleaved(
      [silent, telling].map(({ submit }) => timed(clock, SUBMITS_A_BLOCK, submit).block),
      { warmUps: WARM_UPS, repetitions: full ? BLOCKS.full : BLOCKS.ordinary },
    );
    const spread = spreadOf(on);
    return [
      {
        name: 'durable submits, one at a time, told to a collector',
        unit: '/s',
        ours: spread.median,
        spread,
        beside: { name: 'told to nobody', value: spreadOf(off).median },
        goal: GOAL,
      },
    ];
  } finally {
    silent.close();
    telling.close();
    await telemetry.close();
    await receiver.close();
  }
}

/** Submissions, and rows by themselves, under slow-flush.c. Argument: an existing folder. One message out. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '#terminal/system-ports.ts';
import { interleaved } from '../statistics.ts';
import { timed } from '../timed.ts';
import { oneRowCommits } from './one-row.ts';
import type { SlowRates } from './slow-disk.ts';
import { FEW_AT_ONCE, openStation, sealedBytes } from './station.ts';

const A_BLOCK = 40;
const TIMES = { warmUps: 3, repetitions: 10 } as const;

const [folder = ''] = process.argv.slice(2);
const station = openStation({ dataDir: join(folder, 'slow'), masterKey: randomBytes(32), receivedBefore: 0 });
const row = oneRowCommits(join(folder, 'slow'));
const bytes = randomBytes(await sealedBytes(station));
const [oneByOne = [], groups = [], oneRow = []] = await interleaved(
  [
    timed(systemClock, A_BLOCK, station.submit).block,
    timed(systemClock, A_BLOCK / FEW_AT_ONCE, () => station.submitAtOnce(FEW_AT_ONCE)).block,
    timed(systemClock, A_BLOCK, () => {
      row.write(bytes);
    }).block,
  ],
  TIMES,
);
row.close();
station.close();
const rates: SlowRates = {
  oneByOne: [...oneByOne],
  atOnce: groups.map((rate) => rate * FEW_AT_ONCE),
  oneRow: [...oneRow],
  rowBytes: bytes.length,
};
process.send?.(rates, () => process.disconnect());

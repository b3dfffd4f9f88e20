import type { Figure } from './figure.ts';
import { spreadOf } from './statistics.ts';

const BYTES_PER_MB = 1_048_576;

/** What a process holds, looked at now and then: RSS, in MB. */
export interface MemoryWatch {
  look(): void;
  readonly samplesMb: readonly number[];
}

export function watchMemory(rssBytes: () => number): MemoryWatch {
  const samplesMb: number[] = [];
  const look = (): void => {
    samplesMb.push(rssBytes() / BYTES_PER_MB);
  };
  look();
  return { look, samplesMb };
}

/** The most that was held, beside what was held before. */
export function memoryFigure(name: string, samplesMb: readonly number[]): Figure {
  const spread = spreadOf(samplesMb);
  const last = samplesMb.at(-1) ?? spread.highest;
  return {
    name: `memory (RSS) during ${name}, most (${last.toFixed(0)} MB at the end)`,
    unit: 'MB',
    ours: spread.highest,
    spread,
    beside: { name: 'before', value: samplesMb[0] ?? spread.lowest },
    goal: null,
  };
}

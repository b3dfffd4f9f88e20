import { seeded } from '../support/seeded.ts';
import type { EntryRule, Fate } from './disk.ts';

/** One way in which a disk may have dealt with what was not durable. */
export interface Model {
  readonly name: string;
  readonly rule: EntryRule;
  /** `seed` says which of many, for those that draw lots. */
  readonly fate: (seed: number) => Fate;
}

/** What the smallest disks write as one, and what most do today, in bytes. */
const SECTOR_BYTES = [512, 4096] as const;

const always = (value: boolean) => (count: number) => Array<boolean>(count).fill(value);

function plain(rule: EntryRule, name: string, entries: boolean, data: boolean): Model {
  const fate: Fate = { sectorBytes: 4096, reached: () => data, entries: always(entries) };
  return { name: `${rule}, ${name}`, rule, fate: () => fate };
}

function lots(rule: EntryRule, sectorBytes: number): Model {
  return {
    name: `${rule}, lots by ${sectorBytes}`,
    rule,
    fate: (seed) => {
      const random = seeded(seed);
      // Now and then nearly all, or nearly nothing: the even split alone seldom tears just the last write.
      const share = [0.1, 0.5, 0.9][Math.floor(random() * 3)] ?? 0.5;
      return {
        sectorBytes,
        reached: () => random() < share,
        entries: (count) => {
          if (rule === 'strict') return Array.from({ length: count }, () => random() < 0.5);
          const prefix = Math.floor(random() * (count + 1));
          return Array.from({ length: count }, (_, index) => index < prefix);
        },
      };
    },
  };
}

/** Names without bytes are what a delayed allocation leaves; bytes without names are lost files. */
export const models: readonly Model[] = (['strict', 'ordered'] as const).flatMap((rule) => [
  plain(rule, 'nothing', false, false),
  plain(rule, 'everything', true, true),
  plain(rule, 'names without bytes', true, false),
  plain(rule, 'bytes without names', false, true),
  ...SECTOR_BYTES.map((bytes) => lots(rule, bytes)),
]);

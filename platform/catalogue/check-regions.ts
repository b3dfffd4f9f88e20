import { fault, type Fault } from '#contract/fault.ts';
import { levelOf, type RegionLevel } from '#contract/region-code.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { readRegions } from './regions.ts';

const LEVELS: readonly RegionLevel[] = ['province', 'city', 'county', 'street', 'community'];

/** `npm run platform -- regions FILE`: the line to print. Fault: `regions.broken`. */
export function checkRegions(path: string): Result<string, Fault> {
  const read = readRegions(path);
  if (!read.ok) return read;
  if (read.value === null) return err(fault('regions.broken', `${path} is not there`));
  const { regions } = read.value;
  const counts = LEVELS.map(
    (level) => `${level} ${String(regions.filter(({ code }) => levelOf(code) === level).length)}`,
  );
  return ok(`${String(regions.length)} places can be served (${counts.join(', ')})`);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readParsed } from './shared-data.ts';

const FILE = 'themes.json';

/** In which order life events stand on a start page; `source`: whose order it is. */
const themesSchema = z.strictObject({
  source: z.string().max(400),
  themes: z.array(z.string().min(1).max(40)).max(100),
});

/**
 * Sorts by the declared order of their themes; those of a theme that is not declared come behind, and within a theme, as
 * without the file, their order stays. Throws on a broken file: a start page that is ordered by chance hides what people know.
 */
export function inOrderOfThemes<T>(dir: string, all: readonly T[], themeOf: (one: T) => string): T[] {
  const path = join(dir, FILE);
  if (!existsSync(path)) return [...all];
  const { themes } = readParsed(path, themesSchema);
  const placeOf = (one: T): number => {
    const place = themes.indexOf(themeOf(one));
    return place === -1 ? themes.length : place;
  };
  return all.toSorted((a, b) => placeOf(a) - placeOf(b));
}

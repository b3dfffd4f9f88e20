import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lazyRareGlyphs, type RareGlyphs } from './rare-glyphs.ts';

/** Beside the bundle that runs (dist/device-host), and where the build puts it for sources two folders deep. */
const PLACES = [
  '../glyphs/rare-24.glyphs',
  '../../dist/glyphs/rare-24.glyphs',
  '../dist/glyphs/rare-24.glyphs',
];

/** The table that the build has made, for a program in `folder`; read when it is first needed. */
export function builtRareGlyphs(folder: string, onMissing: (reason: string) => void): RareGlyphs {
  return lazyRareGlyphs({
    read: () => {
      const file = PLACES.map((place) => join(folder, place)).find(existsSync);
      if (file === undefined) throw new Error('there is none; npm run build glyphs');
      return readFileSync(file);
    },
    onMissing,
  });
}

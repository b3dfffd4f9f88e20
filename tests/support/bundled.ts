import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { nodeBundle } from '../../scripts/node-bundle.ts';

const tests = join(import.meta.dirname, '..');

export interface Bundled {
  readonly file: string;
  remove(): void;
}

/**
 * A program of the tests as one file, as the delivered ones are: it starts in a third of the time, which counts when it
 * is started some thousand times. It lies as deep as its source, so that what it finds by its own place is found.
 */
export async function bundled(entry: string): Promise<Bundled> {
  const outDir = mkdtempSync(join(tests, '.bundled-'));
  const fileName = 'main.js';
  const config = nodeBundle({ entry, folder: '', fileName, format: 'es' });
  await build({ ...config, configFile: false, build: { ...config.build, outDir } });
  return {
    file: join(outDir, fileName),
    remove: () => {
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a built target is made of, relative to the repository, and the files that prove that it was built. */
export interface BuiltFrom {
  readonly sources: readonly string[];
  readonly products: readonly string[];
}

export const builtFrom = {
  renderer: {
    sources: ['renderer', 'contract', 'package-lock.json'],
    products: ['dist/renderer/index.html', 'dist/renderer/bench.html', 'dist/renderer/board.html'],
  },
  shell: {
    sources: ['electron', 'contract', 'kiosk-config', 'telemetry', 'package-lock.json'],
    products: ['dist/shell/main.js'],
  },
  'device-host': {
    sources: ['electron/device-host', 'drivers', 'contract', 'package-lock.json'],
    products: ['dist/device-host/main.js'],
  },
  glyphs: {
    sources: ['scripts/glyphs', 'node_modules/hanamin/package.json'],
    products: ['dist/glyphs/rare-24.glyphs'],
  },
} as const satisfies Record<string, BuiltFrom>;

/** Whether a product is missing or older than any of its sources. */
export function isStale(root: string, { sources, products }: BuiltFrom): boolean {
  const built = products.map((product) => modifiedMs(join(root, product)));
  const oldest = Math.min(...built.map((at) => at ?? 0));
  return sources.some((source) => newestMs(join(root, source)) > oldest);
}

function newestMs(path: string): number {
  const entries = listing(path);
  if (entries === null) return modifiedMs(path) ?? 0;
  return Math.max(0, ...entries.map((entry) => newestMs(join(path, entry))));
}

/** null for what is not a folder. */
function listing(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}

function modifiedMs(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

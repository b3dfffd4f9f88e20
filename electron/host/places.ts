import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the parts of the host lie: as in a package (`dist/host`), so in a checkout. */

/** Built beside this file in a package, the TypeScript source in a checkout. */
export function deviceHostModule(): string {
  const built = relative('../device-host/main.js');
  return existsSync(built) ? built : relative('../device-host/main.ts');
}

export function rendererFolder(): string {
  return relative('../../dist/renderer');
}

export function programVersion(): string {
  const { version }: { version?: unknown } = JSON.parse(readFileSync(relative('../../package.json'), 'utf8'));
  return String(version);
}

function relative(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

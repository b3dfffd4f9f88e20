import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ReadAsset } from './assets.ts';

/**
 * Reads the built renderer from `rootDir` (an absolute path; inside app.asar works too). A link that leads
 * out of the folder reads as missing: the allow-list judges names, and only the disk knows where they lead.
 */
export function assetsUnder(rootDir: string): ReadAsset {
  return async (path) => {
    try {
      const root = await realpath(rootDir);
      const file = await realpath(join(root, path));
      return file.startsWith(root + sep) ? new Uint8Array(await readFile(file)) : null;
    } catch {
      return null; // Missing, a folder, or unreadable: the same answer for whoever asks.
    }
  };
}

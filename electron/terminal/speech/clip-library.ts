import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Language } from '#contract/localized.ts';
import { clipManifestSchema, MAX_CLIP_BYTES, type ClipManifest } from '#contract/speech.ts';
import type { Log } from '../log.ts';

/** The recorded clips of this station: which languages have any, which there are, and their bytes. */
export interface ClipLibrary {
  readonly languages: readonly Language[];
  ids(language: Language): readonly string[];
  /** Null for what is not there (any more). */
  read(language: Language, id: string): Promise<Uint8Array | null>;
}

const MANIFEST = 'clips.json';
const MAX_MANIFEST_BYTES = 1_048_576;
/** More than any station has services. */
const MAX_PACKAGES = 500;

/** Reads each folder of `clipsDir` once. A broken package is named in the log, and the others speak. */
export function openClipLibrary(clipsDir: string | null, log: Log): ClipLibrary {
  const files = new Map<Language, Map<string, string>>();
  for (const folder of clipsDir === null ? [] : packagesIn(clipsDir, log)) {
    const manifest = manifestIn(folder);
    if (manifest === null) {
      log({ level: 'warn', event: 'speech.package-refused', detail: folder });
      continue;
    }
    const ofLanguage = files.get(manifest.language) ?? new Map<string, string>();
    for (const [id, file] of Object.entries(manifest.clips)) ofLanguage.set(id, join(folder, file));
    files.set(manifest.language, ofLanguage);
  }
  return {
    languages: [...files].filter(([, clips]) => clips.size > 0).map(([language]) => language),
    ids: (language) => [...(files.get(language)?.keys() ?? [])],
    read: async (language, id) => {
      const file = files.get(language)?.get(id);
      return file === undefined ? null : readInside(file);
    },
  };
}

function packagesIn(clipsDir: string, log: Log): string[] {
  try {
    return readdirSync(clipsDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .slice(0, MAX_PACKAGES)
      .map((entry) => join(clipsDir, entry.name));
  } catch {
    log({ level: 'warn', event: 'speech.folder-unreadable', detail: clipsDir });
    return [];
  }
}

function manifestIn(folder: string): ClipManifest | null {
  try {
    const file = join(folder, MANIFEST);
    if (statSync(file).size > MAX_MANIFEST_BYTES) return null;
    return clipManifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** A link that leads out of its package reads as missing. */
async function readInside(file: string): Promise<Uint8Array | null> {
  try {
    const real = realpathSync(file);
    if (!real.startsWith(realpathSync(dirname(file)) + sep)) return null;
    return statSync(real).size > MAX_CLIP_BYTES ? null : new Uint8Array(await readFile(real));
  } catch {
    return null;
  }
}

import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';

export interface NodeBundle {
  /** Entry file, relative to the repository. */
  readonly entry: string;
  /** Folder below dist/. */
  readonly folder: string;
  readonly fileName: string;
  readonly format: 'es' | 'cjs';
}

/**
 * Left out of the bundle: Electron provides itself, and serialport finds its native prebuilds by its own
 * place in node_modules. `ws` tries optional native helpers by `require` and is left alone for the same reason.
 */
const external = ['electron', 'serialport', /^@serialport\//, 'ws', /^node:/, ...builtinModules];

/** What the bundles for Node and for Electron's Node have in common. */
export function nodeBundle({ entry, folder, fileName, format }: NodeBundle): UserConfig {
  const root = fileURLToPath(new URL('..', import.meta.url));
  return {
    root,
    publicDir: false,
    logLevel: 'warn',
    // Without this Vite keeps every dependency outside an SSR bundle.
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      outDir: `dist/${folder}`,
      emptyOutDir: true,
      target: 'node24',
      // Readable stack traces in the technician's log are worth more than the kilobytes.
      minify: false,
      sourcemap: false,
      rolldownOptions: {
        external,
        output: { format, entryFileNames: fileName, codeSplitting: false },
      },
    },
  };
}

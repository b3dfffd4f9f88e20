import { defineConfig, mergeConfig } from 'vite';
import { nodeBundle } from '../../scripts/node-bundle.ts';

/** One CommonJS file: a sandboxed window's preload can neither be an ES module nor require another file. */
export default defineConfig(
  mergeConfig(
    nodeBundle({
      entry: 'electron/shell/preload.ts',
      folder: 'shell',
      fileName: 'preload.cjs',
      format: 'cjs',
    }),
    // Beside the main bundle, which is built first.
    { build: { emptyOutDir: false } },
  ),
);

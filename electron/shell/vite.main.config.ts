import { defineConfig } from 'vite';
import { nodeBundle } from '../../scripts/node-bundle.ts';

export default defineConfig(
  nodeBundle({ entry: 'electron/shell/main.ts', folder: 'shell', fileName: 'main.js', format: 'es' }),
);

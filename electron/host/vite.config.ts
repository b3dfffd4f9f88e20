import { defineConfig } from 'vite';
import { nodeBundle } from '../../scripts/node-bundle.ts';

export default defineConfig(
  nodeBundle({ entry: 'electron/host/main.ts', folder: 'host', fileName: 'main.js', format: 'es' }),
);

import { defineConfig } from 'vite';
import { nodeBundle } from '../../scripts/node-bundle.ts';

export default defineConfig(
  nodeBundle({
    entry: 'electron/device-host/main.ts',
    folder: 'device-host',
    fileName: 'main.js',
    format: 'es',
  }),
);

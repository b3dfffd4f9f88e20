/** `npm run build [renderer|shell|host|device-host …]`: bundles into dist/, everything by default. */
import { cp } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { build } from 'vite';
import { chooseTargets } from './build-targets.ts';

const root = join(import.meta.dirname, '..');
const chosen = chooseTargets(process.argv.slice(2));

if (!chosen.ok) {
  console.error(chosen.problem);
  process.exitCode = 2;
} else {
  for (const { name, configs, copies } of chosen.targets) {
    const startedMs = performance.now();
    for (const config of configs) await build({ configFile: join(root, config), logLevel: 'warn' });
    for (const [from, to] of copies) await cp(join(root, from), join(root, to), { recursive: true });
    console.log(`built ${name} in ${Math.round(performance.now() - startedMs)} ms`);
  }
}

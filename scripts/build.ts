/**
 * `npm run build [renderer|shell|host|device-host|glyphs …]`: bundles into dist/, everything by default. What
 * scripts make is made only when it is older than its sources, unless it is named. Options go to the scripts of what is named.
 */
import { spawnSync } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { build } from 'vite';
import { chooseTargets } from './build-targets.ts';
import { builtFrom, isStale } from './demo/freshness.ts';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const firstOption = args.findIndex((arg) => arg.startsWith('--'));
const named = firstOption > 0 ? args.slice(0, firstOption) : args;
const options = args.slice(named.length);
const chosen = chooseTargets(named);

if (!chosen.ok) {
  console.error(chosen.problem);
  process.exitCode = 2;
} else {
  for (const { name, configs, copies, scripts } of chosen.targets) {
    if (name === 'glyphs' && !named.includes(name) && !isStale(root, builtFrom.glyphs)) continue;
    const startedMs = performance.now();
    for (const config of configs) await build({ configFile: join(root, config), logLevel: 'warn' });
    for (const [from, to] of copies) await cp(join(root, from), join(root, to), { recursive: true });
    for (const script of scripts) runScript(script);
    console.log(`built ${name} in ${Math.round(performance.now() - startedMs)} ms`);
  }
}

function runScript(script: string): void {
  const { status } = spawnSync(process.execPath, [join(root, script), ...options], { stdio: 'inherit' });
  if (status === 0) return;
  // It has said why.
  console.error(`${script} failed`);
  process.exit(status ?? 1);
}

/** `npm run config -- check FILE`: says every problem of a configuration with file, line and key. */
import { describeConfigFault, loadConfig } from './load.ts';

const [verb, file] = process.argv.slice(2);
if (verb !== 'check' || file === undefined) {
  console.error('usage: npm run config -- check FILE');
  process.exit(2);
}
const loaded = loadConfig(file);
if (loaded.ok) {
  console.log(`${file}: all keys are known and have values that fit`);
} else {
  for (const problem of loaded.fault) console.error(describeConfigFault(problem));
  process.exit(1);
}

/**
 * `out-of-service --data FOLDER`: for the supervisor whose terminal ended too often (yizhan-out-of-service.service). Notes in
 * the terminal's place since when residents are not served; what tells the platform reads it there.
 */
import { parseArgs } from 'node:util';
import { bootId } from '#terminal/health/boot-id.ts';
import { createCrashNotes } from '#terminal/health/crashes.ts';
import { systemClock } from '#terminal/system-ports.ts';

const EXIT_USAGE = 2;

const { data } = parseArgs({ options: { data: { type: 'string' } }, strict: false }).values;
if (typeof data !== 'string') {
  process.stderr.write('usage: out-of-service --data FOLDER\n');
  process.exit(EXIT_USAGE);
}
createCrashNotes({
  dataDir: data,
  clock: systemClock,
  bootId: bootId(),
  log: ({ event, detail }) => {
    process.stderr.write(`${event} ${detail ?? ''}\n`);
    process.exitCode = 1;
  },
}).outOfService(true);

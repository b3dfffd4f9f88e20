/**
 * `hold-screen --serves FILE --profile FOLDER --browser PROGRAM`: the one program of the session (cage) whose terminal is Electron and opens
 * its window there by itself. Beside it, for as long as FILE is not there, the plain host's session with its own pages (kiosk.js).
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { systemClock } from '#terminal/system-ports.ts';
import { holdDelays, holdScreen } from './hold-screen.ts';

const EXIT_USAGE = 2;
/** Of it kiosk.js would read where a terminal in plain Node is entered: here none ever is. */
const NO_READY_FILE = '/nonexistent';

const text = { type: 'string' } as const;
const { serves, profile, browser } = parseArgs({
  options: { serves: text, profile: text, browser: text },
  strict: false,
}).values;
if (typeof serves !== 'string' || typeof profile !== 'string' || typeof browser !== 'string') {
  process.stderr.write('usage: hold-screen --serves FILE --profile FOLDER --browser PROGRAM\n');
  process.exit(EXIT_USAGE);
}
const session = fileURLToPath(new URL('kiosk.js', import.meta.url));
const words = [
  '--ready-file',
  NO_READY_FILE,
  '--profile',
  profile,
  '--browser',
  browser,
  '--display',
  'wayland',
];

const held = holdScreen({
  delays: holdDelays,
  clock: systemClock,
  isServed: () => existsSync(serves),
  show: (isLost, onEnd) => {
    const child = spawn(process.execPath, [session, ...words, ...(isLost ? ['--lost'] : [])], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', onEnd);
    child.once('exit', onEnd);
    return { stop: () => void child.kill('SIGTERM') };
  },
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    held.stop();
    process.exit(0);
  });
}

/**
 * `hold-screen --socket FILE --serves FILE --profile FOLDER --browser PROGRAM`: the one program of the session (cage) whose terminal is Electron and
 * opens its window there by itself, through `--socket`: a link to the session's own, which the session's group may open. Beside it, for
 * as long as the file of `--serves` is not there, the plain host's session with its own pages (kiosk.js).
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '#terminal/system-ports.ts';
import { holdDelays, holdScreen } from './hold-screen.ts';

const EXIT_USAGE = 2;
/** Of it kiosk.js would read where a terminal in plain Node is entered: here none ever is. */
const NO_READY_FILE = '/nonexistent';

const GROUP_OPENS = 0o660;

const given = readArguments();
if (given === null) {
  process.stderr.write(
    'usage, in a Wayland session: hold-screen --socket FILE --serves FILE --profile FOLDER --browser PROGRAM\n',
  );
  process.exit(EXIT_USAGE);
}
const { socket, sessionSocket, serves, profile, browser } = given;
// By the name that this one was started by, `current`: the module's own is that of a version, which the updater removes two versions later.
const session = join(dirname(process.argv[1] ?? ''), 'kiosk.js');
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

// Under a name that does not depend on which one the session found free.
chmodSync(sessionSocket, GROUP_OPENS);
rmSync(socket, { force: true });
symlinkSync(sessionSocket, socket);

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

function readArguments() {
  const text = { type: 'string' } as const;
  const { socket, serves, profile, browser } = parseArgs({
    options: { socket: text, serves: text, profile: text, browser: text },
    strict: false,
  }).values;
  const { XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: display } = process.env;
  if (typeof socket !== 'string' || typeof serves !== 'string' || typeof profile !== 'string') return null;
  if (typeof browser !== 'string' || folder === undefined || display === undefined) return null;
  return { socket, sessionSocket: resolve(folder, display), serves, profile, browser };
}

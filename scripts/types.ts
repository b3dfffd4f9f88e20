/** Type-checks every room with the tsconfig of the runtime that it runs in. */
import { spawnSync } from 'node:child_process';

const plain = [
  'contract',
  'drivers',
  'kiosk-config',
  'telemetry',
  'electron/terminal',
  'electron/device-host',
  'electron/door',
  'electron/host',
  'electron/shell',
  'platform',
  'scripts',
  'tests',
];

let failed = false;
for (const room of plain) failed = !run('tsc', room) || failed;
failed = !run('vue-tsc', 'renderer') || failed;
process.exitCode = failed ? 1 : 0;

function run(checker: string, room: string): boolean {
  const { status } = spawnSync(checker, ['-p', `${room}/tsconfig.json`], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) console.error(`types: ${room} does not type-check`);
  return status === 0;
}

import { existsSync } from 'node:fs';
import { platform } from 'node:process';
import { aptInstall } from './apt-install.ts';

const PROGRAMS = ['/usr/bin/Xvfb', '/usr/bin/xdotool'];

/**
 * A screen without glass and a hand that presses its keys, for what a browser does with a key before any page hears of it
 * (tests/e2e/kiosk.spec.ts). On Debian and its kin they are installed when they are not there; without them that test is skipped, and says so.
 */
export function findDisplay(): void {
  if (platform !== 'linux' || PROGRAMS.every((program) => existsSync(program))) return;
  aptInstall('Nobody can press a key here', ['xvfb', 'xdotool']);
}

import { spawnSync } from 'node:child_process';

/** A compiler and its headers are some 200 MB. */
const INSTALL_MS = 10 * 60_000;

/** On Debian and its kin, where it may; says what for. Whoever calls looks himself whether it came. Progress goes to stderr, so that stdout stays the answer. */
export function aptInstall(what: string, packages: readonly string[]): void {
  console.error(`${what}: installing Debian’s ${packages.join(' and ')} with apt-get …`);
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  for (const command of [
    [...apt, 'update'],
    [...apt, '-y', '--no-install-recommends', 'install', ...packages],
  ]) {
    const [program = '', ...args] = command;
    spawnSync(program, args, { stdio: ['ignore', 2, 2], timeout: INSTALL_MS });
  }
}

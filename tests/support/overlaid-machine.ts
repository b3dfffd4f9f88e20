import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

/**
 * A shell script over this machine's own file system, of which nothing stays: /usr, /etc, /var and /opt are overlaid in a mount namespace, /run is
 * empty. `folder`: an empty one, whose `calls` has what was asked of `systemctl` and the other programs of a running system, which are
 * stand-ins here: they would speak to the machine's own. `systemctl show` says $ACTIVE; `systemctl stop` ends with 5 where no unit of the
 * terminal is installed, as the real one does.
 */
export function overlaid(folder: string, script: string, env: Readonly<Record<string, string>>) {
  const standIns = ['systemctl', 'systemd-sysusers', 'systemd-tmpfiles', 'udevadm'];
  const prelude = `
    set -e
    mount --make-rprivate /
    mount -t tmpfs tmpfs ${folder}
    for d in usr etc var opt; do
      mkdir -p ${folder}/$d.upper ${folder}/$d.work
      mount -t overlay overlay -o lowerdir=/$d,upperdir=${folder}/$d.upper,workdir=${folder}/$d.work /$d
    done
    mount -t tmpfs tmpfs /run
    mkdir ${folder}/bin
    for name in ${standIns.join(' ')}; do
      printf '#!/bin/sh\\necho "%s $*" >> ${folder}/calls\\ntest "$1" != show || echo "$ACTIVE"\\ntest "$1" != stop || test -e /usr/lib/systemd/system/yizhan-terminal.service || exit 5\\n' $name > ${folder}/bin/$name
      chmod +x ${folder}/bin/$name
    done
    PATH=${folder}/bin:$PATH
    set +e
    `;
  return spawnSync('unshare', ['--mount', 'sh', '-c', prelude + script], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
  });
}

/** Null where a machine can be overlaid; else why not. */
export function whyNotOverlaid(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-overlay-'));
  const tried = overlaid(folder, 'true', {});
  rmSync(folder, { recursive: true });
  return tried.status === 0 ? null : `nothing can be mounted: ${tried.stderr.trim()}`;
}

/** What such a machine says whose terminal runs, when a deb of 1.2.4 comes behind one of 1.2.3: what lies there, what systemd was asked, and the updater's journal. */
export function expectGivenToUpdater(lines: readonly string[], stderr: string): void {
  const [first, newer, asked, begun, journal] = lines;
  expect([first, newer], stderr).toEqual([
    'first: 1.2.3 1.2.3 1.2.3 current updater',
    'newer: 1.2.3 1.2.3 1.2.3 1.2.4 current updater',
  ]);
  expect([asked, begun]).toEqual([
    'systemctl show -p ActiveState --value yizhan-terminal.service',
    'systemctl start --no-block yizhan-update.service',
  ]);
  expect(JSON.parse(journal ?? '{}')).toMatchObject({ step: 'waiting', version: '1.2.4', before: '1.2.3' });
}

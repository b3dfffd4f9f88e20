import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { updateOutcomeSchema } from '#contract/parcel.ts';
import type { Systemd } from './systemd.ts';

/** What takes the machine's own systemd and users. */
const ofItsWalls =
  /^(User|Group|SupplementaryGroups|\w+Directory\w*|ExecStartPre|ReadWritePaths|UMask|Protect\w+|Proc\w+|Private\w+|Restrict(Address|Name|Real|SUID)\w+|SystemCall\w+|\w*Capabilit\w+|NoNewPrivileges|Device\w+|KeyringMode|LockPersonality|RemoveIPC|MemoryMax|TasksMax|After|Conflicts|WatchdogSec)=/;

/** A root folder in which install.sh lays units where this systemd reads them. */
export function installedRoot(systemd: Systemd): { readonly root: string; readonly data: string } {
  const root = mkdtempSync(join(tmpdir(), 'yizhan-updated-'));
  const data = join(root, 'var/lib/yizhan');
  for (const folder of [
    data,
    ...['run/yizhan', 'etc/yizhan', 'usr/lib/systemd'].map((name) => join(root, name)),
  ])
    mkdirSync(folder, { recursive: true });
  symlinkSync(systemd.units, join(root, 'usr/lib/systemd/system'));
  return { root, data };
}

const updaterTimes = (root: string, probationSeconds: number): string =>
  `--root ${root} --user --ready-seconds 30 --look-seconds 0.2 --probation-seconds ${String(probationSeconds)}`;

/** The units of a version as delivered, but for user and walls, with the test's places in place of the machine's. Rewrites them in `folder`. */
export function placeUnits(folder: string, root: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => !ofItsWalls.test(line))
      .join('\n')
      .replaceAll('/usr/bin/node', process.execPath)
      .replaceAll(/\/(?=(var\/lib|opt|run|etc)\/yizhan)/g, `${root}/`)
      .replaceAll('systemctl ', 'systemctl --user ')
      .replace('--port 7404 --board-port 7405', '--port 0 --board-port 0')
      .replace(/^(ExecStart=.*update\.js).*$/m, `$1 ${updaterTimes(root, 600)}`)
      .replace('RestartSec=30', 'RestartSec=1');
    writeFileSync(file, text);
  }
}

/** By a drop-in of the machine's, as an operator does it. */
export function dropIn(systemd: Systemd, unit: string, lines: string): void {
  const folder = join(systemd.units, `${unit}.d`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'test.conf'), `[Service]\n${lines}\n`);
  systemd.run('daemon-reload');
}

export function shortenProbation(systemd: Systemd, root: string): void {
  const program = join(root, 'opt/yizhan/updater/dist/host/update.js');
  const start = `${process.execPath} ${program} ${updaterTimes(root, 1)}`;
  dropIn(systemd, 'yizhan-update.service', `ExecStart=\nExecStart=${start}`);
}

/** What the updater has told last; null: nothing yet. */
export function updateOutcome(data: string): unknown {
  const file = join(data, 'update/outcome.json');
  if (!existsSync(file)) return null;
  const { version, outcome, fault } = updateOutcomeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { version, outcome, fault };
}

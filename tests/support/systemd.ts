import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SYSTEMD = '/usr/lib/systemd/systemd';
/** The one hierarchy by which systemd keeps its processes together; a machine of today mounts the second alone. */
const HIERARCHIES = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'].filter((path) =>
  existsSync(join(path, 'cgroup.procs')),
);
const ASK_EVERY_MS = 100;

/** Why a real systemd cannot be started here beside the machine's own; null: it can. */
export function whyNoSystemd(): string | null {
  if (process.getuid?.() !== 0) return 'a systemd of the test’s own takes root';
  if (!existsSync(SYSTEMD)) return 'no systemd is installed';
  if (HIERARCHIES.length === 0) return 'no hierarchy of control groups is mounted';
  return canHaveOwnGroup() ? null : 'control groups and mounts are not the test’s to make here';
}

/** As in most containers they are not; a systemd without a group of its own would take the machine's processes into its hands. */
function canHaveOwnGroup(): boolean {
  const group = `yizhan-probe-${process.pid}`;
  const made: string[] = [];
  try {
    for (const hierarchy of HIERARCHIES) {
      const path = join(hierarchy, group);
      mkdirSync(path);
      made.push(path);
    }
    const { status } = spawnSync('unshare', ['--mount', 'sh', '-c', intoGroup(group)], {
      stdio: 'ignore',
      timeout: 10_000,
    });
    return status === 0;
  } catch {
    return false;
  } finally {
    for (const path of made) removeGroup(path);
  }
}

function intoGroup(group: string): string {
  return `set -e
    for h in ${HIERARCHIES.join(' ')}; do echo $$ > $h/${group}/cgroup.procs; done
    grep -q "/${group}$" /proc/self/cgroup
    mount --make-rprivate /`;
}

/** A systemd of the test's own: it sees the units of one folder, and a control group of its own. */
export interface Systemd {
  /** Where units are written before they are started. */
  readonly units: string;
  run(...command: readonly string[]): string;
  /** Resolves when the unit is in this state (`ActiveState/SubState/Result`). Throws after half a minute, with the journal of it all. */
  until(unit: string, state: RegExp): Promise<void>;
  property(unit: string, name: string): string;
  close(): Promise<void>;
}

export async function startSystemd(): Promise<Systemd> {
  const work = mkdtempSync(join(tmpdir(), 'yizhan-systemd-'));
  const units = join(work, 'units');
  mkdirSync(units);
  // What every unit waits for and ends with by default (systemd.special(7)).
  for (const target of ['default', 'basic', 'shutdown'])
    writeFileSync(join(units, `${target}.target`), '[Unit]\nDefaultDependencies=no\n');
  const group = `yizhan-test-${process.pid}`;
  for (const hierarchy of HIERARCHIES) mkdirSync(join(hierarchy, group), { recursive: true });
  // Into a group of its own first, and only then a systemd: it takes over whatever processes it finds in its group.
  const script = `${intoGroup(group)}
    for h in cpu cpuacct cpuset devices freezer memory pids blkio; do
      if mountpoint -q /sys/fs/cgroup/$h; then umount /sys/fs/cgroup/$h; fi
    done
    mkdir -p ${work}/run && mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/user/0
    exec ${SYSTEMD} --user`;
  let said = '';
  const manager = spawn('unshare', ['--mount', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH: process.env['PATH'] ?? '', HOME: work, XDG_RUNTIME_DIR: '/run/user/0' },
      ...{ SYSTEMD_UNIT_PATH: units, SYSTEMD_LOG_TARGET: 'console', SYSTEMD_LOG_LEVEL: 'info' },
    },
  });
  for (const stream of [manager.stdout, manager.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)));
  }

  const run = (...command: readonly string[]): string => {
    const entered = ['--mount', '--target', String(manager.pid), '--', 'systemctl', '--user', ...command];
    const { status, stdout, stderr } = spawnSync('nsenter', entered, {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, XDG_RUNTIME_DIR: '/run/user/0' },
    });
    if (status !== 0 && command[0] === 'start') throw new Error(stdout + stderr);
    return stdout + stderr;
  };
  const property = (unit: string, name: string): string => run('show', '--value', '-p', name, unit).trim();

  async function until(unit: string, state: RegExp): Promise<void> {
    for (let asks = 0; asks < 250; asks += 1) {
      const now = ['ActiveState', 'SubState', 'Result'].map((name) => property(unit, name)).join('/');
      if (state.test(now)) return;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    throw new Error(`${unit} is ${property(unit, 'ActiveState')}/${property(unit, 'Result')}:\n${said}`);
  }

  await until('default.target', /^active/);
  return { units, run, until, property, close: () => end(manager, group, work) };
}

async function end(manager: ChildProcess, group: string, work: string): Promise<void> {
  const gone = new Promise((resolve) => manager.once('exit', resolve));
  manager.kill('SIGKILL');
  await gone;
  for (const hierarchy of HIERARCHIES) removeGroup(join(hierarchy, group));
  rmSync(work, { recursive: true, force: true });
}

/** Whoever is still in it ends with it. */
function removeGroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroup(join(path, entry.name));
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      rmdirSync(path);
      return;
    } catch {
      const script = `for p in $(cat ${join(path, 'cgroup.procs')}); do kill -9 $p; done; sleep 0.1`;
      spawnSync('sh', ['-c', script], { stdio: 'ignore' });
    }
  }
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceSimulator } from './simulator.ts';
import { serveSimulator } from './tcp-server.ts';

/** For tests: a simulator behind a pty, so that the real serial library opens a real port. */

/** Joins a new pty, whose path it prints on standard output, to a TCP port. */
const PYTHON_BRIDGE = `
import os, pty, select, socket, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print("PTY is " + os.ttyname(slave), flush=True)
while True:
    ready, _, _ = select.select([master, line], [], [])
    for end in ready:
        data = os.read(master, 4096) if end == master else line.recv(4096)
        if not data: sys.exit()
        line.sendall(data) if end == master else os.write(master, data)
`;

/** What joins a pty to a TCP port on this machine; null on one that has neither (Windows, slim images). */
export const ptyBridge: string | null = findBridge();

function findBridge(): string | null {
  if (spawnSync('socat', ['-V'], { stdio: 'ignore' }).error === undefined) return 'socat';
  // The program itself: what stands on the PATH may be a script that starts it, several times as slowly.
  const asked = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  const program = asked.status === 0 ? asked.stdout.trim() : '';
  return program === '' ? null : program;
}

export interface PtyBridge {
  /** Of the pty's end that a program opens. */
  readonly path: string;
  /** The port is gone, as a USB adapter that is pulled out. */
  end(): Promise<void>;
}

/** Throws without a bridge program, and when the bridge ends before it has a pty. */
export async function bridgePtyTo(tcpPort: number): Promise<PtyBridge> {
  if (ptyBridge === null) throw new Error('neither socat nor python3 is here to make a pty');
  const child =
    ptyBridge === 'socat'
      ? spawn('socat', ['-d', '-d', 'pty,raw,echo=0', `tcp:127.0.0.1:${tcpPort}`])
      : spawn(ptyBridge, ['-I', '-S', '-c', PYTHON_BRIDGE, String(tcpPort)]);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    path: await pathOf(child),
    end: () => {
      child.kill();
      return ended;
    },
  };
}

function pathOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const read = (text: Buffer) => {
      const found = /PTY is (\S+)/.exec(text.toString());
      if (found?.[1] !== undefined) resolve(found[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the bridge to the pty ended')));
  });
}

export interface PtyCable {
  /** Stays the same when the port comes back under another number, as udev's names do. */
  readonly path: string;
  pull(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

export async function ptyCableTo(simulator: DeviceSimulator): Promise<PtyCable> {
  const served = await serveSimulator(simulator, { host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-pty-'));
  const path = join(folder, 'device');
  let bridge: PtyBridge | null = null;

  async function plug(): Promise<void> {
    if (bridge !== null) return;
    bridge = await bridgePtyTo(served.port);
    symlinkSync(bridge.path, `${path}.new`);
    renameSync(`${path}.new`, path);
  }

  async function pull(): Promise<void> {
    const ending = bridge;
    bridge = null;
    rmSync(path, { force: true });
    await ending?.end();
  }

  await plug();
  return {
    path,
    pull,
    plug,
    close: async () => {
      await pull();
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

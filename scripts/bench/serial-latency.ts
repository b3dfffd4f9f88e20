import { spawn } from 'node:child_process';
import { SerialPort } from 'serialport';
import type { Clock } from '#contract/ports.ts';
import { spreadOf } from './statistics.ts';

const WRITES = 50;
/** Where no pty can be had: about what a quiet machine shows. */
const ASSUMED_MS = 0.2;

/** Opens a pty, whose path it prints, and throws away what is written to it. */
const PTY = `
import os, pty, tty
master, slave = pty.openpty()
tty.setraw(slave)
print(os.ttyname(slave), flush=True)
while os.read(master, 4096): pass
`;

/**
 * From the operating system's answer to our callback, in milliseconds: the serial library's own way through
 * its threads, found by writing to a pty, which has no wire and is drained at once. Half of write and drain.
 */
export async function callbackLatency(
  clock: Clock,
): Promise<{ readonly ms: number; readonly isFound: boolean }> {
  const child = spawn('python3', ['-c', PTY], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const path = await new Promise<string | null>((resolve) => {
      child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
      child.once('error', () => resolve(null));
      child.once('exit', () => resolve(null));
    });
    if (path === null) return { ms: ASSUMED_MS, isFound: false };
    const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    const samples: number[] = [];
    for (let count = 0; count < WRITES; count += 1) {
      const startMs = clock.monotonicMs();
      await new Promise((resolve) => port.write(Uint8Array.of(0), resolve));
      await new Promise((resolve) => port.drain(resolve));
      samples.push((clock.monotonicMs() - startMs) / 2);
    }
    await new Promise((resolve) => port.close(resolve));
    return { ms: spreadOf(samples).median, isFound: true };
  } finally {
    child.kill();
  }
}

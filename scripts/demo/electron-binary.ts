import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryPath } from './child.ts';

export const electronDelays = {
  /** Whoever waits at the screen learns within 20 s of the start whether Electron is coming. */
  giveUpMs: 16_000,
  /** A download server that has not answered by now is taken as out of reach. */
  probeMs: 12_000,
  /** With the server in reach: some 120 MB over a slow line. */
  fetchMs: 15 * 60_000,
  progressMs: 5_000,
} as const;

const folder = repositoryPath('node_modules/electron');

/** The installed binary, or null. Never by importing 'electron', which would start a download by itself. */
export function electronBinary(): string | null {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/**
 * Fetches the binary with the package's own installer (v45 has no install script any more). Null, after one
 * sentence that says why, when it cannot be had: within 20 s when the server is out of reach.
 */
export async function fetchElectron(
  say: (sentence: string) => void,
  signal: AbortSignal,
): Promise<string | null> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  say(`Fetching Electron ${version} (about 120 MB) …`);
  const installer = spawn(process.execPath, [join(folder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  installer.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(0, 10_000);
  });
  const ended = new Promise<void>((resolve) => {
    installer.once('close', () => resolve());
    installer.once('error', () => resolve());
  });
  const giveUp = new AbortController();
  const end = () => giveUp.abort();
  signal.addEventListener('abort', end, { once: true });
  let limit = setTimeout(end, electronDelays.giveUpMs);
  void isReachable(downloadServer(version)).then((reachable) => {
    if (!reachable || giveUp.signal.aborted) return;
    clearTimeout(limit);
    limit = setTimeout(end, electronDelays.fetchMs);
  });
  let waitedMs = 0;
  const progress = setInterval(() => {
    waitedMs += electronDelays.progressMs;
    say(`Fetching Electron ${version}: ${waitedMs / 1_000} s …`);
  }, electronDelays.progressMs);
  giveUp.signal.addEventListener('abort', () => installer.kill('SIGKILL'), { once: true });
  await ended;
  clearTimeout(limit);
  clearInterval(progress);
  signal.removeEventListener('abort', end);

  const binary = electronBinary();
  if (binary !== null || signal.aborted) return binary;
  const why = giveUp.signal.aborted
    ? `${new URL(downloadServer(version)).host} did not deliver in time`
    : reasonIn(errors);
  say(`Electron could not be fetched (${why}); the kiosk opens in the system's browser instead.`);
  return null;
}

/** The first line of the installer's stack trace, without its class. */
export function reasonIn(errors: string): string {
  const line = errors.split('\n').find((text) => /Error:/.test(text)) ?? errors.split('\n')[0] ?? '';
  return (
    line
      .replace(/^.*?Error:\s*/, '')
      .trim()
      .slice(0, 160) || 'the installer failed'
  );
}

function downloadServer(version: string): string {
  const mirror = process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
  return `${mirror}v${version}/SHASUMS256.txt`;
}

async function isReachable(address: string): Promise<boolean> {
  try {
    const answer = await fetch(address, {
      method: 'HEAD',
      signal: AbortSignal.timeout(electronDelays.probeMs),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

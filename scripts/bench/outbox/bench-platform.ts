import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { coreConfig } from '../../../tests/support/terminal-core.ts';
import { createPlatformClient, type PlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';

/** What a process needs to be this terminal before that platform; goes between processes as JSON. */
export interface PlatformAccess {
  readonly url: string;
  readonly token: string;
}

export interface BenchPlatform {
  readonly access: PlatformAccess;
  close(): Promise<void>;
}

const MAIN = join(import.meta.dirname, '../../../platform/main.ts');
const READY_WITHIN_MS = 60_000;
const TOKEN = 'terminal-token-of-the-bench';
const CLIENT_TIMEOUT_MS = 10_000;
const readySchema = z.object({ ready: z.object({ url: z.string() }) });

/** The reference platform in its own process, over its own PostgreSQL, which is another. */
export function startBenchPlatform(folder: string): Promise<BenchPlatform> {
  mkdirSync(folder);
  const child = fork(MAIN, [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      YIZHAN_PLATFORM_DATA: folder,
      YIZHAN_TERMINAL_TOKENS: JSON.stringify({ [TOKEN]: coreConfig(1).terminal.id }),
      YIZHAN_DESK_TOKEN: 'desk-token-of-the-bench',
    },
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGTERM'), READY_WITHIN_MS);
    void ended.then(() => {
      clearTimeout(timer);
      reject(new Error(`the platform did not come up: ${said}`));
    });
    child.once('message', (message) => {
      clearTimeout(timer);
      const { url } = readySchema.parse(message).ready;
      resolve({
        access: { url, token: TOKEN },
        close: () => {
          child.kill('SIGTERM');
          return ended;
        },
      });
    });
  });
}

/** A platform that answers at once, for what the terminal can do by itself (instant-platform.ts). */
export function startInstantPlatform(): Promise<BenchPlatform> {
  const child = fork(join(import.meta.dirname, 'instant-platform.ts'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (port) => {
      resolve({
        access: { url: `http://127.0.0.1:${String(port)}`, token: TOKEN },
        close: () =>
          new Promise((closed) => {
            child.once('exit', () => {
              closed();
            });
            child.kill('SIGTERM');
          }),
      });
    });
  });
}

/** The terminal's own client. */
export function clientOf({ url, token }: PlatformAccess): PlatformClient {
  return createPlatformClient({
    url,
    token,
    timeoutMs: CLIENT_TIMEOUT_MS,
    transport: createPlatformTransport(null),
  });
}

/** What stands before a request of this terminal when somebody else sends it. */
export function authorisationOf({ token }: PlatformAccess): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

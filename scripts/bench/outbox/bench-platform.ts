import { fork } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { coreConfig } from '../../../tests/support/terminal-core.ts';
import { publicKeySchema } from '#contract/terminal-identity.ts';
import { FALLBACK_ROOT } from '#platform/database/places.ts';
import { runningDatabase } from '#platform/database/running.ts';
import { plantTerminals, testTerminal } from '#platform/identity/for-tests.ts';
import { signRequest, type UnsignedRequest } from '#terminal/identity/sign-request.ts';
import type { SignedCalls } from '#terminal/identity/signed-calls.ts';
import { createPlatformClient, type WholePlatformClient } from '#terminal/outbox/platform-client.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';

/** What a process needs to be this terminal before that platform; goes between processes as JSON. */
export const accessSchema = z.object({
  url: z.string(),
  /** null: the platform asks for no signature. */
  key: z.object({ keyId: z.string(), publicKey: publicKeySchema, privateKeyPem: z.string() }).nullable(),
});
export type PlatformAccess = z.infer<typeof accessSchema>;

export interface BenchPlatform {
  readonly access: PlatformAccess;
  close(): Promise<void>;
}

const MAIN = join(import.meta.dirname, '../../../platform/main.ts');
const READY_WITHIN_MS = 60_000;
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
      const close = (): Promise<void> => {
        child.kill('SIGTERM');
        return ended;
      };
      enrolIn(folder).then(
        (key) => resolve({ access: { url, key }, close }),
        (error: unknown) => {
          void close();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  });
}

/** Enrolment is measured nowhere: the terminal is put into the platform's table. */
async function enrolIn(platformDataDir: string): Promise<PlatformAccess['key']> {
  const database = runningDatabase(platformDataDir, FALLBACK_ROOT);
  if (!database.ok) throw new Error(database.fault.detail ?? database.fault.code);
  const { id, region, station } = coreConfig(1).terminal;
  const terminal = testTerminal(id, region + station);
  await plantTerminals(database.value, [terminal]);
  const { keyId, publicKey, privateKey } = terminal;
  return { keyId, publicKey, privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** A platform that answers at once, for what the terminal can do by itself (instant-platform.ts). */
export function startInstantPlatform(): Promise<BenchPlatform> {
  const child = fork(join(import.meta.dirname, 'instant-platform.ts'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (port) => {
      resolve({
        access: { url: `http://127.0.0.1:${String(port)}`, key: null },
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
export function clientOf(access: PlatformAccess): WholePlatformClient {
  const signed = signerOf(access);
  const asTerminal: SignedCalls['asTerminal'] = async (request, transmit) => transmit(await signed(request));
  return createPlatformClient({
    url: access.url,
    signing: { asTerminal, by: (_keys, request, transmit) => asTerminal(request, transmit) },
    timeoutMs: CLIENT_TIMEOUT_MS,
    transport: createPlatformTransport(null),
  });
}

/** The headers of a request, with this terminal's signature among them where the platform asks for one. */
export function signerOf({
  key,
}: PlatformAccess): (request: UnsignedRequest) => Promise<Record<string, string>> {
  if (key === null) return (request) => Promise.resolve({ ...request.headers });
  const privateKey = createPrivateKey(key.privateKeyPem);
  const { keyId, publicKey } = key;
  const deviceKey = { keyId, publicKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
  return (request) => signRequest(request, [deviceKey], systemClock.now(), systemRandomBytes);
}

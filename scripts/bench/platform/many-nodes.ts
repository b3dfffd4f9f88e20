import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startEmbedded } from '#platform/database/embedded.ts';
import { FALLBACK_ROOT, registryPostgres } from '#platform/database/places.ts';
import { plantTerminals, testTerminal } from '#platform/identity/for-tests.ts';
import { systemClock } from '#platform/system-clock.ts';
import type { LoadOrder } from './load-order.ts';

export const CONNECTIONS_A_NODE = 10;
const MAIN = join(import.meta.dirname, '../../../platform/main.ts');
const STATION_ID = '999901001';
const readySchema = z.object({ ready: z.object({ url: z.string() }) });

export interface MeasuredNodes {
  readonly databaseUrl: string;
  readonly postmaster: number;
  readonly nodes: readonly MeasuredNode[];
  readonly sender: Pick<LoadOrder, 'key' | 'terminalId' | 'stationId'>;
  close(): Promise<void>;
}

export interface MeasuredDatabase {
  readonly url: string;
  readonly postmaster: number;
  close(): Promise<void>;
}

/** PostgreSQL as the platform starts it by itself. */
export async function startDatabase(folder: string): Promise<MeasuredDatabase> {
  chmodSync(folder, 0o711);
  const native = registryPostgres();
  if (!native.ok) throw new Error(native.fault.detail ?? native.fault.code);
  const started = await startEmbedded({
    dataDir: join(folder, 'database'),
    nativeDir: native.value,
    fallbackRoot: FALLBACK_ROOT,
    clock: systemClock,
    randomBytes,
    signal: new AbortController().signal,
    log: () => undefined,
  });
  if (!started.ok) throw new Error(started.fault.detail ?? started.fault.code);
  const { url, pid, stop } = started.value;
  return { url, postmaster: pid, close: stop };
}

/** A PostgreSQL and so many nodes over it, each a process, which know one terminal. */
export async function startNodes(folder: string, count: number): Promise<MeasuredNodes> {
  const database = await startDatabase(folder);
  const nodes: MeasuredNode[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.close()));
    await database.close();
  };
  try {
    for (let n = 0; n < count; n += 1) nodes.push(await startNode(database.url));
    const terminal = testTerminal('T-01', STATION_ID);
    await plantTerminals(database.url, [terminal]);
    const { keyId, publicKey, privateKey, terminalId, stationId } = terminal;
    const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return {
      databaseUrl: database.url,
      postmaster: database.postmaster,
      nodes,
      sender: { key: { keyId, publicKey, privateKeyPem }, terminalId, stationId },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface MeasuredNode {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** The platform's process over a database that is there. */
export function startNode(databaseUrl: string): Promise<MeasuredNode> {
  const child = fork(MAIN, [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      YIZHAN_DESK_TOKEN: 'desk-token-of-the-bench',
      YIZHAN_PLATFORM_CONNECTIONS: String(CONNECTIONS_A_NODE),
    },
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`a node did not come up (${String(code)})`)));
    child.once('message', (message) =>
      resolve({
        url: readySchema.parse(message).ready.url,
        pid: child.pid ?? 0,
        close: () => endChild(child),
      }),
    );
  });
}

function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGTERM');
  });
}

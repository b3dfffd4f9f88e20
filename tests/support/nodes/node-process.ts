import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DESK_TOKEN } from '#platform/for-tests.ts';

export interface NodePlace {
  readonly databaseUrl: string;
  readonly port: number;
  /** How terminals call all nodes. */
  readonly publicUrl: string;
}

/** A node that somebody starts again whenever it ends, as a supervisor does. */
export interface SupervisedNode {
  /** Resolves when it listens. */
  ready(): Promise<void>;
  /** From now on it is started from another checkout; takes effect with the next start. */
  upgradeTo(checkout: string): void;
  /** SIGKILL; the supervisor starts it again at once. */
  kill(): Promise<void>;
  /** SIGTERM; the supervisor starts it again at once. */
  restart(): Promise<void>;
  /** How often it ended by itself although nobody had killed it, and what it said at last. */
  readonly deaths: readonly string[];
  close(): Promise<void>;
}

const CONNECTIONS_A_NODE = '12';
const AGAIN_AFTER_MS = 150;

export function superviseNode(checkout: string, place: NodePlace): SupervisedNode {
  const deaths: string[] = [];
  let source = checkout;
  let isClosed = false;
  let isReady: Promise<void>;
  let sayReady: () => void = () => undefined;
  let child: ChildProcess;
  let ended: Promise<void>;
  /** Said before it is sent: its end is no misfortune of its own. */
  let isMeant = false;

  function awaitReady(): void {
    isReady = new Promise((resolve) => (sayReady = resolve));
  }

  function start(): void {
    isMeant = false;
    let isUp = false;
    let said = '';
    const started = spawn(process.execPath, [join(source, 'platform/main.ts')], {
      cwd: source,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: place.databaseUrl,
        YIZHAN_DESK_TOKEN: DESK_TOKEN,
        YIZHAN_PLATFORM_PORT: String(place.port),
        YIZHAN_PLATFORM_PUBLIC_URL: place.publicUrl,
        YIZHAN_PLATFORM_CONNECTIONS: CONNECTIONS_A_NODE,
        YIZHAN_WEBHOOK_NETWORKS: '127.0.0.0/8',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    started.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-1000)));
    createInterface({ input: started.stdout }).once('line', () => {
      isUp = true;
      sayReady();
    });
    ended = new Promise((resolve) => {
      started.once('close', (code) => {
        // Before it is up it may find no database: it says so, and is started again.
        if (!isMeant && isUp) deaths.push(`exit ${String(code)}: ${said}`);
        if (isUp) awaitReady();
        resolve();
        if (isClosed) return;
        if (isUp) start();
        else setTimeout(() => !isClosed && start(), AGAIN_AFTER_MS);
      });
    });
  }

  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    isMeant = true;
    child.kill(signal);
    await ended;
  };

  awaitReady();
  start();
  return {
    deaths,
    ready: () => isReady,
    upgradeTo: (newer) => {
      source = newer;
    },
    kill: () => end('SIGKILL'),
    restart: () => end('SIGTERM'),
    close: async () => {
      isClosed = true;
      await end('SIGTERM');
    },
  };
}

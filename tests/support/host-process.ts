import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The real terminal host as a child process, as a supervisor starts it. */
export interface HostProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly resident: string;
  /** Of the board, with its token; null: the terminal has no queue. */
  readonly board: string | null;
  /** Null: it has no door, or it is not open. */
  readonly lan: { readonly url: string; readonly authorityFile: string | null } | null;
  /** The exit code of one that ends by itself. */
  readonly ended: Promise<number | null>;
  /** SIGKILL: no handler runs. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, as a supervisor stops it. */
  stop(): Promise<number | null>;
}

const hostMain = fileURLToPath(new URL('../../electron/host/main.ts', import.meta.url));

/** Rejects with what the host wrote to standard error when it ends before it listens. */
export function startHost(options: {
  config: string;
  dataDir: string;
  /** Beside our own: what a preloaded library reads. */
  env?: Readonly<Record<string, string>>;
  /** Beside configuration and data. */
  args?: readonly string[];
  /** Before its command: of a disk that others do not see. */
  inside?: readonly string[];
}): Promise<HostProcess> {
  const paths = ['--config', options.config, '--data', options.dataDir];
  const command = [...(options.inside ?? []), process.execPath, hostMain, ...paths, ...(options.args ?? [])];
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-20_000);
  });
  return new Promise((resolve, reject) => {
    void exited.then((code) => {
      reject(new Error(`the host ended with ${String(code)}: ${errors}`));
    });
    createInterface({ input: child.stdout }).once('line', (line) => {
      // Our own main prints it.
      const { ready } = JSON.parse(line) as {
        ready: Pick<HostProcess, 'url' | 'resident' | 'board' | 'lan'>;
      };
      resolve({
        child,
        ...ready,
        ended: exited,
        kill: async () => {
          child.kill('SIGKILL');
          await exited;
        },
        stop: async () => {
          child.kill('SIGTERM');
          return exited;
        },
      });
    });
  });
}

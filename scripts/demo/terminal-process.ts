import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import { sleep } from '#contract/ports.ts';
import { askTerminal } from '#door/control/ask-terminal.ts';
import { ChildFailed, repositoryPath, sentenceOfEnd, startChild, type Child } from './child.ts';
import { mayRestart, restartPolicy } from './restart-policy.ts';

const readySchema = z.object({
  ready: z.object({
    url: z.url(),
    resident: z.url(),
    board: z.url().nullable(),
    lan: z.object({ url: z.url() }).nullable(),
  }),
});
type Ready = z.infer<typeof readySchema>;

/** Electron says nothing when it is up: one that cannot start here has ended by then. */
const ELECTRON_SETTLES_MS = 4_000;
/** A weak board takes seconds to make the door's certificate. */
const DOOR_ASK_EVERY_MS = 500;
const DOOR_ASKS = 20;

export interface TerminalSettings {
  readonly configFile: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** 0 takes a free one, which restarts then keep. */
  readonly port: number;
  /** Electron's binary, to run the terminal inside its window; null runs it in plain Node. */
  readonly electron: string | null;
  readonly clock: Clock;
  readonly say: (sentence: string) => void;
  /** Gives the first start up. */
  readonly signal: AbortSignal | null;
  /** The addresses of resident, board and LAN door, each time the terminal has started; in Electron there is only the door. */
  readonly onAddress: (resident: string | null, board: string | null, door: string | null) => void;
}

export interface TerminalProcess {
  pid(): number | null;
  /** When the terminal will not come back: its window was closed, or it ended too often. */
  readonly over: Promise<'closed' | 'down'>;
  stop(): Promise<void>;
  kill(): void;
}

/** The terminal under a supervisor, as in the field: it is restarted until it ends too often. */
export async function superviseTerminal(settings: TerminalSettings): Promise<TerminalProcess> {
  const { clock, say } = settings;
  const endsAtMs: number[] = [];
  let port = settings.port;
  let boardPort = 0;
  let stopping = false;
  let current: Child<Ready | null> | null = await start();
  const over = watch(current);

  async function start(): Promise<Child<Ready | null>> {
    const child =
      settings.electron === null ? await startNode(settings, port, boardPort) : await startElectron(settings);
    if (child.ready !== null) port = Number(new URL(child.ready.ready.url).port);
    const board = child.ready?.ready.board ?? null;
    if (board !== null) boardPort = Number(new URL(board).port);
    const door = child.ready === null ? await doorOf(settings) : (child.ready.ready.lan?.url ?? null);
    settings.onAddress(child.ready?.ready.resident ?? null, board, door);
    return child;
  }

  async function watch(first: Child<Ready | null>): Promise<'closed' | 'down'> {
    let child = first;
    for (;;) {
      const end = await child.ended;
      current = null;
      if (stopping) return 'closed';
      if (settings.electron !== null && end.code === 0) return 'closed';
      const sentence = `${sentenceOfEnd(child.name, end)} Its log is ${child.logFile}.`;
      endsAtMs.push(clock.monotonicMs());
      const next = await again(sentence);
      if (next === null) return stopping ? 'closed' : 'down';
      child = next;
      current = next;
    }
  }

  /** Starts once more, and more than once if the start itself fails; null when it stays down. */
  async function again(sentence: string): Promise<Child<Ready | null> | null> {
    let why = sentence;
    while (mayRestart(endsAtMs, clock.monotonicMs())) {
      say(`${why} It is started again.`);
      await sleep(clock, restartPolicy.pauseMs);
      if (stopping) return null;
      try {
        const child = await start();
        if (!stopping) return child;
        await child.stop();
        return null;
      } catch (error) {
        if (!(error instanceof ChildFailed)) throw error;
        why = error.message;
        endsAtMs.push(clock.monotonicMs());
      }
    }
    const minutes = restartPolicy.withinMs / 60_000;
    say(`${why} It ended ${restartPolicy.endsAllowed} times in ${minutes} minutes and stays down.`);
    return null;
  }

  return {
    pid: () => current?.pid ?? null,
    over,
    stop: async () => {
      stopping = true;
      await current?.stop();
      await over;
    },
    kill: () => {
      stopping = true;
      current?.kill();
    },
  };
}

function startNode(
  settings: TerminalSettings,
  port: number,
  boardPort: number,
): Promise<Child<Ready | null>> {
  return startChild({
    name: 'the terminal',
    command: process.execPath,
    args: [
      repositoryPath('electron/host/main.ts'),
      ...['--config', settings.configFile, '--data', settings.dataDir, '--port', String(port)],
      ...['--board-port', String(boardPort)],
    ],
    env: process.env,
    cwd: repositoryPath('.'),
    logFile: settings.logFile,
    ipc: true,
    readyLine: readySchema,
    signal: settings.signal,
  });
}

/** Of a terminal that prints no line with it, and opens its door behind its window; null where it cannot be opened. */
async function doorOf({ dataDir, clock }: TerminalSettings): Promise<string | null> {
  for (let asks = 0; asks < DOOR_ASKS; asks += 1) {
    const asked = await askTerminal(dataDir, { verb: 'list' });
    if (asked?.ok === true && (asked.value.door !== null || asked.value.doorFault !== null))
      return asked.value.door?.url ?? null;
    await sleep(clock, DOOR_ASK_EVERY_MS);
  }
  return null;
}

async function startElectron(settings: TerminalSettings): Promise<Child<Ready | null>> {
  const child = await startChild<Ready>({
    name: 'the terminal',
    command: settings.electron ?? 'electron',
    args: [repositoryPath('.'), '--config', settings.configFile, '--data', settings.dataDir, '--windowed'],
    env: process.env,
    cwd: repositoryPath('.'),
    logFile: settings.logFile,
    ipc: false,
    readyLine: null,
    signal: settings.signal,
  });
  const early = await Promise.race([child.ended, sleep(settings.clock, ELECTRON_SETTLES_MS)]);
  if (early === undefined) return child;
  throw new ChildFailed(`${sentenceOfEnd('Electron', early)} Its log is ${settings.logFile}.`);
}

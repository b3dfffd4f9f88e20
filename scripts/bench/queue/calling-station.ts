import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { demoConfig, demoDisplays, demoLan } from '#config/demo/demo-config.ts';
import { demoQueue } from '#config/demo/demo-queue.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import { SIGN_IN_PATH } from '#contract/transport.ts';
import { SimulatedBus } from '#drivers/channel/simulated-bus.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { askTerminal } from '#door/control/ask-terminal.ts';
import type { ControlRequest } from '#door/control/control-protocol.ts';
import type { Clock } from '#contract/ports.ts';
import { DoorBrowser } from '../../../tests/support/door-client.ts';
import { startHost } from '../../../tests/support/host-process.ts';
import { openScreen, type TerminalClient } from '../../../tests/support/screen-client.ts';
import { silentVoice } from '../../../tests/support/silent-voice.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { watchedSimulator } from '../../demo/watched-simulator.ts';

/** A large street office. */
export const windows = Array.from({ length: 10 }, (_, index) => String(index + 1));
const LINES = ['A', 'B', 'C'];
const PIN = '271828';
const BAUD_RATE = 9_600;

/** A terminal of its own process without any platform; ten windows at its door; ten displays on one line. */
export interface CallingStation {
  /** Of the board, with its token. */
  readonly board: string;
  /** Somebody takes a number of that line: its ticket. */
  take(line: string): Promise<string>;
  /** One of the ten, signed in: does what must be done. */
  at(window: string, command: QueueCommand): Promise<void>;
  /** Who is called or served there: ticket and number; null: nobody. */
  served(window: string): Promise<{ ticketId: string; number: string } | null>;
  /** Of each number, when it stood on its window's display, in epoch milliseconds. */
  readonly shownMs: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function openCallingStation(clock: Clock): Promise<CallingStation> {
  const dataDir = newDataDir();
  const shownMs = new Map<string, number>();
  const displays = windows.map((window) => new OnbonSimulator({ clock, screen: Number(window) }));
  const members = displays.map((display) =>
    watchedSimulator(display, clock, 0, () => {
      const number = /[A-HJ-NP-Z]\d{3}/.exec(display.shown?.text ?? '')?.[0];
      if (number !== undefined && !shownMs.has(number)) {
        shownMs.set(number, performance.timeOrigin + performance.now());
      }
    }),
  );
  const bus = new SimulatedBus({ clock, baudRate: BAUD_RATE, members, echo: false });
  const line = await serveSimulator(bus, { host: '127.0.0.1', port: 0 });
  const config = join(dataDir, 'terminal.yaml');
  writeFileSync(config, configOf(line.port));
  const host = await startHost({ config, dataDir });
  const kiosk = await openScreen(host);
  const door = await ask(dataDir, { verb: 'list' });
  const ca = readFileSync(door.door?.authorityFile ?? '', 'utf8');
  const consoles = new Map<string, { client: TerminalClient; close: () => void }>();
  for (const window of windows) {
    const browser = new DoorBrowser(door.door?.url ?? '', ca);
    const code = /(\d{3}) (\d{3})/.exec((await browser.ask('/')).body);
    await ask(dataDir, {
      verb: 'admit',
      code: `${code?.[1] ?? ''}${code?.[2] ?? ''}`,
      as: `window-${window}`,
    });
    await browser.ask('/');
    await ask(dataDir, { verb: 'add', staffId: `s${window}`, role: 'staff', pin: PIN });
    await browser.post(SIGN_IN_PATH, { staffId: `s${window}`, pin: PIN });
    const { client, socket } = await browser.api();
    consoles.set(window, { client, close: () => socket.terminate() });
  }

  function queueAt(window: string): TerminalClient['staff']['queue'] {
    const console = consoles.get(window);
    if (console === undefined) throw new Error(`there is no window ${window}`);
    return console.client.staff.queue;
  }

  const at: CallingStation['at'] = async (window, command) => {
    if (command.verb === 'close-day') throw new Error('nobody closes a day at a window');
    const done = await queueAt(window).do(command);
    if (!done.ok) throw new Error(`${command.verb} at window ${window}: ${done.fault.code}`);
  };
  for (const window of windows) {
    await at(window, { verb: 'open-window', window, lines: LINES, person: `s${window}` });
  }

  return {
    board: host.board ?? '',
    take: async (letter) => {
      const ticketId = crypto.randomUUID();
      const taken = await kiosk.api.queue.take({
        ticketId,
        line: letter,
        slug: null,
        ticketClass: 'ordinary',
        language: 'zh',
      });
      if (!taken.ok) throw new Error(`no number: ${taken.fault.code}`);
      return ticketId;
    },
    at,
    served: async (window) => {
      for await (const snapshot of await queueAt(window).watch()) {
        const ticketId = snapshot?.windows.find((one) => one.window === window)?.ticketId ?? null;
        const ticket = snapshot?.tickets.find((one) => one.ticketId === ticketId);
        return ticket ? { ticketId: ticket.ticketId, number: ticket.number } : null;
      }
      return null;
    },
    shownMs,
    close: async () => {
      for (const console of consoles.values()) console.close();
      kiosk.close();
      await host.stop();
      await line.close();
      removeDataDir(dataDir);
    },
  };
}

async function ask(dataDir: string, request: ControlRequest) {
  const answer = await askTerminal(dataDir, request);
  if (!answer?.ok) throw new Error(`${request.verb}: ${answer?.fault.code ?? 'no terminal answers'}`);
  return answer.value;
}

function configOf(displayPort: number): string {
  const overrides = {
    lan: demoLan,
    speech: { clipsDir: silentVoice() },
    queue: { ...demoQueue, windows: windows.map((window) => ({ window, lines: LINES })) },
  };
  // Nobody listens at the platform's port: the line is down all day.
  const config = parse(
    demoConfig({ cardReaderPort: 1, printerPort: 1, platformUrl: 'http://127.0.0.1:1', overrides }),
  ) as Record<string, unknown>; // our own YAML
  const [first] = demoDisplays;
  const devices = windows.map((window) => ({
    id: `display-${window}`,
    kind: 'queue-display',
    channel: `tcp:127.0.0.1:${displayPort}`,
    baudRate: BAUD_RATE,
    identity: null,
    enabled: true,
    window,
    display: { protocol: 'onbon', ...first?.settings, screen: Number(window) },
  }));
  return stringify({ ...config, devices }, { aliasDuplicateObjects: false });
}

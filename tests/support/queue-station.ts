import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { WebSocket } from 'ws';
import { parse, stringify } from 'yaml';
import { demoConfig } from '#config/demo/demo-config.ts';
import { lanSettingsSchema, type HubSettings, type LanSettings } from '#config/schema.ts';
import type { boardContract } from '#contract/board-api.ts';
import { queueEventSchema, type QueueEvent } from '#contract/queue/event.ts';
import { queueSettingsSchema, type QueueSettings } from '#contract/queue/settings.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { freePort, openCutLine, type CutLine } from './cut-line.ts';
import type { DoorBrowser } from './door-client.ts';
import { startHost, type HostProcess } from './host-process.ts';
import { control, letIn } from './let-in.ts';
import { openScreen, type ScreenClient, type TerminalClient } from './screen-client.ts';
import { newDataDir, removeDataDir } from './terminal-under-test.ts';

/** The terminals of a station, each a process of its own in a folder of its own, on one machine. */
export interface QueueStation {
  readonly settings: QueueSettings;
  readonly hub: StationTerminal;
  readonly members: readonly StationTerminal[];
  /** A browser at the hub's door, let in under a name; a window's is signed in. */
  browser(name: string): Promise<DoorBrowser>;
  close(): Promise<void>;
}

export interface StationTerminal {
  readonly number: string;
  readonly dataDir: string;
  /** Its line to the hub; null: it is the hub. */
  readonly line: CutLine | null;
  readonly host: () => HostProcess | null;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** As whoever stands at it; anew after each start. */
  screen(): Promise<ScreenClient>;
  change(change: { readonly hub?: HubSettings | null; readonly lan?: LanSettings | null }): void;
}

export const stationLetters = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

/** Quick hands, and the rules as they are. */
export function stationSettings(members: number, windows: number): QueueSettings {
  return queueSettingsSchema.parse({
    lines: stationLetters.map((letter) => ({ letter, name: { zh: '综合', en: 'General' } })),
    windows: Array.from({ length: windows }, (_none, index) => ({
      window: String(index + 1),
      lines: index % 3 === 0 ? stationLetters : stationLetters.filter((_letter, at) => at % 2 === index % 2),
    })),
    blocks: Array.from({ length: members + 1 }, (_none, index) => ({
      terminal: `0${String(index + 1)}`,
      from: 500 + index * 90,
      to: 589 + index * 90,
    })),
    betweenCallsSeconds: 0,
    recallEverySeconds: 5,
    callsBeforeMissed: 1,
  });
}

export async function startQueueStation(given: {
  readonly members: number;
  readonly windows: number;
}): Promise<QueueStation> {
  const settings = stationSettings(given.members, given.windows);
  const port = await freePort();
  const lan = lanSettingsSchema.parse({ host: '127.0.0.1', port, names: ['127.0.0.1'] });
  const hub = terminalOf('01', settings, null, { lan });
  await hub.start();
  const authorityFile = hub.host()?.lan?.authorityFile ?? '';
  const members: StationTerminal[] = [];
  for (let index = 0; index < given.members; index += 1) {
    const line = await openCutLine(port);
    const address = { host: '127.0.0.1', port: line.port, authorityFile };
    const member = terminalOf(`0${String(index + 2)}`, settings, line, { hub: address });
    await member.start();
    await admitMember(hub, member);
    members.push(member);
  }
  const ca = readFileSync(authorityFile, 'utf8');

  return {
    settings,
    hub,
    members,
    browser: (name) => letIn({ dataDir: hub.dataDir, url: `https://127.0.0.1:${port}`, ca }, name),
    close: async () => {
      for (const one of [hub, ...members]) {
        await one.kill();
        await one.line?.close();
        removeDataDir(one.dataDir);
      }
    },
  };
}

/** The technician reads the digits at the hub, and types them in there. */
export async function admitMember(hub: StationTerminal, member: StationTerminal): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { knocking, browsers } = await control(hub, { verb: 'list' });
    const name = `terminal-${member.number}`;
    if (browsers.some(({ browser }) => browser.name === name)) return;
    const [waiting] = knocking;
    if (waiting) await control(hub, { verb: 'admit', code: waiting.code, as: name });
    else await pause(50);
  }
  throw new Error(`terminal ${member.number} does not knock`);
}

function terminalOf(
  number: string,
  queue: QueueSettings,
  line: CutLine | null,
  first: { readonly hub?: HubSettings; readonly lan?: LanSettings },
): StationTerminal {
  const dataDir = newDataDir();
  const config = join(dataDir, 'terminal.yaml');
  let host: HostProcess | null = null;
  let screen: ScreenClient | null = null;
  mkdirSync(dataDir, { recursive: true });
  const parts = { cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' };
  const overrides = { queue, hub: first.hub ?? null, lan: first.lan ?? null };
  // Nothing is printed: a slip is what the screen says. Port 9 of the loopback: nobody listens there.
  const text = demoConfig({ ...parts, overrides }).replace('number: "01"', `number: "${number}"`);
  writeFileSync(config, stringify({ ...parse(text), devices: [] }));

  return {
    number,
    dataDir,
    line,
    host: () => host,
    start: async () => {
      host = await startHost({ config, dataDir });
    },
    kill: async () => {
      screen?.close();
      screen = null;
      await host?.kill();
      host = null;
    },
    stop: async () => {
      screen?.close();
      screen = null;
      await host?.stop();
      host = null;
    },
    screen: async () => {
      if (host === null) throw new Error(`terminal ${number} is off`);
      if (screen?.socket.readyState === screen?.socket.OPEN && screen !== null) return screen;
      screen = await openScreen(host);
      return screen;
    },
    change: (change) => {
      writeFileSync(config, stringify({ ...parse(readFileSync(config, 'utf8')), ...change }));
    },
  };
}

export interface Window {
  readonly client: TerminalClient;
  readonly socket: WebSocket;
}

export async function boardOf(
  browser: DoorBrowser,
): Promise<{ readonly client: ContractRouterClient<typeof boardContract>; readonly socket: WebSocket }> {
  const socket = await browser.socket();
  if (typeof socket === 'number') throw new Error(`the door answers ${socket}`);
  // The link's own type is the browser's WebSocket, of which ws implements what it uses.
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { client: createORPCClient(link), socket };
}

/** What a terminal that is off has of its queue and its audit. */
export function booksOf({ dataDir }: StationTerminal): {
  readonly events: readonly QueueEvent[];
  readonly audit: readonly {
    readonly event: string;
    readonly disposition: string;
    readonly detail: string;
  }[];
} {
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
  try {
    return {
      events: database
        .prepare('SELECT body FROM ticket_event ORDER BY sequence')
        .all()
        .map((row) => queueEventSchema.parse(JSON.parse(String(row['body'])))),
      audit: database
        .prepare('SELECT event, disposition, detail FROM audit ORDER BY sequence')
        .all()
        .map((row) => ({
          event: String(row['event']),
          disposition: String(row['disposition']),
          detail: String(row['detail']),
        })),
    };
  } finally {
    database.close();
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

import type { HubSettings, TerminalConfig } from '#config/schema.ts';
import type { Changes } from '#terminal/changes.ts';
import type { Queue } from '#terminal/tickets/start-queue.ts';
import { openCutLine, type CutLine } from './cut-line.ts';
import { openedDoor } from './opened-door.ts';
import { withDoor } from './signed-in.ts';
import {
  expectOk,
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  type TerminalUnderTest,
} from './terminal-under-test.ts';

/** A hub with its door, and a member with a resident's kiosk, in this process and over a real TLS line. */
export interface HubAndKiosk {
  readonly hub: TerminalUnderTest;
  readonly kiosk: TerminalUnderTest;
  readonly line: CutLine;
  readonly folders: readonly string[];
  close(): Promise<void>;
}

const blocks = [
  { terminal: '01', from: 700, to: 799 },
  { terminal: '02', from: 800, to: 899 },
];

/** `before`: with the member's folder, before it starts. Resolves when the technician has let the member in. */
export async function startHubAndKiosk(given: {
  readonly platformUrl: string;
  readonly before: (folder: string) => Promise<void>;
}): Promise<HubAndKiosk> {
  const folders = [newDataDir(), newDataDir()] as const;
  const start = (dataDir: string, number: string, to: HubSettings | null): TerminalUnderTest => {
    const bend = (config: TerminalConfig): TerminalConfig => ({
      ...(to === null ? withDoor(config) : config),
      terminal: { ...config.terminal, number },
      hub: to,
      queue: config.queue && { ...config.queue, hours: [], blocks },
    });
    return startTerminalUnderTest({ dataDir, platformUrl: given.platformUrl, bend });
  };
  const hub = start(folders[0], '01', null);
  const { door, authorityFile } = await openedDoor(hub);
  const line = await openCutLine(door.port);
  await given.before(folders[1]);
  const kiosk = start(folders[1], '02', { host: '127.0.0.1', port: line.port, authorityFile });
  const { browsers } = hub.terminal.access;
  await changed(browsers, ({ knocking }) => knocking().length > 0);
  expectOk(browsers.admit(browsers.knocking()[0]?.code ?? '', 'terminal-02', null));
  return {
    hub,
    kiosk,
    line,
    folders,
    close: async () => {
      await kiosk.close();
      await line.close();
      await door.close();
      await hub.close();
      for (const folder of folders) removeDataDir(folder);
    },
  };
}

/** Resolves as soon as it is so; a test's own time limit ends a wait in vain. */
export function changed<T extends { readonly changes: Changes }>(
  source: T,
  isIt: (source: T) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!isIt(source)) return;
      stop();
      resolve();
    };
    const stop = source.changes.subscribe(look);
    look();
  });
}

export function queueOf({ terminal }: TerminalUnderTest): Queue {
  const { queue } = terminal.kiosk;
  if (queue === null) throw new Error('the demo station has a queue');
  return queue;
}

import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { DeviceSnapshot } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import type { terminalContract } from '#contract/terminal-api.ts';
import { RPC_PATH } from '#contract/transport.ts';

/** The terminal is on this machine, and is back as soon as its supervisor has started it. */
const RECONNECT_MS = 1_000;
const ENTER_WITHIN_MS = 5_000;

export interface TerminalView {
  /** The resident's address, at each start; null in Electron, whose terminal has none to ask at. */
  at(resident: string | null): void;
  close(): void;
}

/**
 * Looks at what the terminal takes its devices for, as its own screen does and no other way. `show` gets
 * null while it cannot be asked.
 */
export function watchTerminal(
  clock: Clock,
  show: (devices: readonly DeviceSnapshot[] | null) => void,
): TerminalView {
  /** Counts addresses: a terminal that is started again keeps its own. */
  let turn = 0;
  let socket: WebSocket | null = null;
  let cancel = (): void => undefined;

  async function connect(resident: string, ours: number): Promise<void> {
    try {
      const opened = await openSocket(resident);
      if (turn !== ours) {
        opened.terminate();
        return;
      }
      socket = opened;
      // ws's class has the browser's methods that the link uses; only its listener types differ.
      const link = new RPCLink({ websocket: opened as unknown as globalThis.WebSocket });
      const api: ContractRouterClient<typeof terminalContract> = createORPCClient(link);
      for await (const { devices } of await api.station.watch()) show(devices);
    } catch {
      // The terminal is away; whoever supervises it says so.
    }
    if (turn !== ours) return;
    show(null);
    cancel = clock.after(RECONNECT_MS, () => void connect(resident, ours));
  }

  function leave(): void {
    turn += 1;
    cancel();
    socket?.terminate();
    socket = null;
  }

  return {
    at: (resident) => {
      leave();
      show(null);
      if (resident !== null) void connect(resident, turn);
    },
    close: leave,
  };
}

async function openSocket(resident: string): Promise<WebSocket> {
  const { origin } = new URL(resident);
  const entered = await fetch(resident, {
    redirect: 'manual',
    signal: AbortSignal.timeout(ENTER_WITHIN_MS),
  });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`the terminal answers ${entered.status}`);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${RPC_PATH}`, {
    headers: { cookie },
    origin,
    handshakeTimeout: ENTER_WITHIN_MS,
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return socket;
}

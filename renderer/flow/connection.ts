import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Clock } from '#contract/ports.ts';
import type { terminalContract } from '#contract/terminal-api.ts';
import { PORT_MESSAGE, PORT_REQUEST, RPC_PATH } from '#contract/transport.ts';

export type TerminalClient = ContractRouterClient<typeof terminalContract>;

/** Waits between two tries to reach the terminal, in milliseconds: it restarts within a second or two. */
export const reconnectDelays = { firstMs: 250, capMs: 3_000, portAnswersWithinMs: 2_000 } as const;

export interface Connection {
  /** Null while the terminal cannot be reached. */
  readonly api: () => TerminalClient | null;
}

/**
 * Keeps a connection to the terminal for as long as the page lives. The plain links do not reconnect, and
 * a new connection has lost its streams: `onUp` starts them anew each time.
 */
export function keepConnected(
  clock: Clock,
  onUp: (api: TerminalClient) => void,
  onDown: () => void,
): Connection {
  let api: TerminalClient | null = null;
  let failures = 0;

  const up = (client: TerminalClient): void => {
    failures = 0;
    api = client;
    onUp(client);
  };
  const down = (): void => {
    api = null;
    onDown();
    const delayMs = Math.min(reconnectDelays.firstMs * 2 ** failures, reconnectDelays.capMs);
    failures += 1;
    clock.after(delayMs, connect);
  };
  const connect = (): void => {
    if (location.protocol === 'app:') connectByPort(clock, up, down);
    else connectBySocket(up, down);
  };
  connect();
  return { api: () => api };
}

function connectBySocket(up: (client: TerminalClient) => void, down: () => void): void {
  const url = new URL(RPC_PATH, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const websocket = new WebSocket(url);
  websocket.addEventListener('open', () => {
    up(createORPCClient(new SocketLink({ websocket })));
  });
  // `close` follows every `error`, and comes alone when the terminal ends.
  websocket.addEventListener('close', down, { once: true });
}

/** In Electron the preload hands over a MessagePort; a port that closes means that the terminal is gone. */
function connectByPort(clock: Clock, up: (client: TerminalClient) => void, down: () => void): void {
  const onMessage = (event: MessageEvent): void => {
    const port = event.ports[0];
    if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
    cancel();
    removeEventListener('message', onMessage);
    port.addEventListener('close', down, { once: true });
    port.start();
    up(createORPCClient(new PortLink({ port })));
  };
  const cancel = clock.after(reconnectDelays.portAnswersWithinMs, () => {
    removeEventListener('message', onMessage);
    down();
  });
  addEventListener('message', onMessage);
  postMessage(PORT_REQUEST, location.origin);
}

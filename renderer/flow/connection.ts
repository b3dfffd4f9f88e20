import { createORPCClient, type NestedClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Clock } from '#contract/ports.ts';
import type { terminalContract } from '#contract/terminal-api.ts';
import { PORT_MESSAGE, PORT_REQUEST, RPC_PATH } from '#contract/transport.ts';

export type TerminalClient = ContractRouterClient<typeof terminalContract>;

/** Waits between two tries to reach the terminal, in milliseconds: it restarts within a second or two. */
export const reconnectDelays = { firstMs: 250, capMs: 3_000, answersWithinMs: 5_000 } as const;

/** Of the terminal's API, or of another one that a page of its own has. */
type AnyClient = NestedClient<Record<never, never>>;

export interface Connection<C extends AnyClient = TerminalClient> {
  /** Null while the terminal cannot be reached. */
  readonly api: () => C | null;
}

export interface LiveLink<C extends AnyClient = TerminalClient> {
  readonly client: C;
  /** Gives this connection up, and makes another: a stream of it has ended, and the screen would go stale. */
  readonly giveUp: () => void;
}

/**
 * Keeps a connection to the terminal for as long as the page lives. The plain links do not reconnect, and
 * a new connection has lost its streams: `onUp` starts them anew each time.
 */
export function keepConnected<C extends AnyClient = TerminalClient>(
  clock: Clock,
  onUp: (link: LiveLink<C>) => void,
  onDown: () => void,
): Connection<C> {
  let api: C | null = null;
  let failures = 0;

  const up = (link: LiveLink<C>): void => {
    failures = 0;
    api = link.client;
    onUp(link);
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
    else connectBySocket(clock, up, down);
  };
  connect();
  return { api: () => api };
}

function connectBySocket<C extends AnyClient>(
  clock: Clock,
  up: (link: LiveLink<C>) => void,
  down: () => void,
): void {
  const url = new URL(RPC_PATH, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const websocket = new WebSocket(url);
  let isOver = false;
  const over = (): void => {
    if (isOver) return;
    isOver = true;
    cancel();
    down();
  };
  // Over a line that was cut nobody answers the good-bye, and the browser waits a minute for it.
  const giveUp = (): void => {
    websocket.close();
    over();
  };
  // A terminal that accepts and says nothing more would keep the page waiting for minutes.
  const cancel = clock.after(reconnectDelays.answersWithinMs, giveUp);
  websocket.addEventListener('open', () => {
    if (isOver) return;
    cancel();
    up({ client: createORPCClient(new SocketLink({ websocket })), giveUp });
  });
  // `close` follows every `error`, and comes alone when the terminal ends.
  websocket.addEventListener('close', over, { once: true });
}

/** In Electron the preload hands over a MessagePort; a port that closes means that the terminal is gone. */
function connectByPort<C extends AnyClient>(
  clock: Clock,
  up: (link: LiveLink<C>) => void,
  down: () => void,
): void {
  const onMessage = (event: MessageEvent): void => {
    const port = event.ports[0];
    if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
    cancel();
    removeEventListener('message', onMessage);
    // Whoever closes a port does not hear of it: only the other side gets the event.
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      down();
    };
    port.addEventListener('close', over, { once: true });
    port.start();
    const giveUp = (): void => {
      port.close();
      over();
    };
    up({ client: createORPCClient(new PortLink({ port })), giveUp });
  };
  const cancel = clock.after(reconnectDelays.answersWithinMs, () => {
    removeEventListener('message', onMessage);
    down();
  });
  addEventListener('message', onMessage);
  postMessage(PORT_REQUEST, location.origin);
}

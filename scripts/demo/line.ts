import { createConnection, createServer, type Server, type Socket } from 'node:net';

/**
 * How a cut line looks to whoever calls: `refuse` answers at once (a router that is up, a server that is
 * not), `blackhole` takes the call and never says a word (a cable out somewhere on the way). The second is
 * the worse one: only the caller's own time limit ends it.
 */
export type CutMode = 'refuse' | 'blackhole';
export type LineState = { readonly state: 'joined' } | { readonly state: 'cut'; readonly mode: CutMode };

export interface Line {
  /** Where the caller connects; kept while the line is cut. */
  readonly port: number;
  state(): LineState;
  /** Every connection is reset, and new ones meet `mode`, until `join()`. */
  cut(mode: CutMode): Promise<void>;
  join(): Promise<void>;
  close(): Promise<void>;
}

/** A TCP line between two parts of the station that a hand can cut. `port` 0 takes a free one. */
export async function startLine(where: {
  host: string;
  port: number;
  target: { host: string; port: number };
}): Promise<Line> {
  const sockets = new Set<Socket>();
  let state: LineState = { state: 'joined' };
  let server: Server | null = await listen(where.port);
  const port = portOf(server);

  function listen(onPort: number): Promise<Server> {
    return new Promise((resolve, reject) => {
      const fresh = createServer({ allowHalfOpen: true, noDelay: true }, accept);
      fresh.once('error', reject);
      fresh.listen({ host: where.host, port: onPort, exclusive: true }, () => resolve(fresh));
    });
  }

  function accept(caller: Socket): void {
    remember(caller);
    if (state.state === 'cut') {
      // Nobody listens on the far side, but bytes must be taken, or the caller would notice a full pipe.
      caller.resume();
      return;
    }
    const callee = createConnection({ ...where.target, allowHalfOpen: true, noDelay: true });
    remember(callee);
    caller.pipe(callee).pipe(caller);
    caller.once('close', () => callee.destroy());
    callee.once('close', () => caller.destroy());
  }

  function remember(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  }

  function reset(): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }

  async function stopListening(): Promise<void> {
    const closing = server;
    server = null;
    reset();
    if (closing !== null) await new Promise<void>((resolve) => closing.close(() => resolve()));
  }

  return {
    port,
    state: () => state,
    cut: async (mode) => {
      state = { state: 'cut', mode };
      reset();
      if (mode === 'refuse') await stopListening();
      else server ??= await listen(port);
    },
    join: async () => {
      // A line that is joined has calls on it that are nobody's business here.
      if (state.state === 'joined') return;
      reset();
      state = { state: 'joined' };
      server ??= await listen(port);
    },
    close: stopListening,
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

import { createConnection, createServer, type Socket } from 'node:net';

/** A line between two terminals that a test cuts. */
export interface CutLine {
  readonly port: number;
  /**
   * `whole`: as a wire. `cut`: whatever is sent vanishes, and nobody hears of it. `refused`: connections end, and none is
   * taken. `deaf`: what is asked arrives, and the answers vanish.
   */
  set(state: 'whole' | 'cut' | 'refused' | 'deaf'): void;
  close(): Promise<void>;
}

export async function openCutLine(targetPort: number): Promise<CutLine> {
  const sockets = new Set<Socket>();
  let state: Parameters<CutLine['set']>[0] = 'whole';
  const server = createServer((caller) => {
    if (state === 'refused') {
      caller.destroy();
      return;
    }
    const callee = createConnection({ host: '127.0.0.1', port: targetPort });
    for (const socket of [caller, callee]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        // Of a line that is cut neither end hears that the other has gone.
        if (state === 'cut') return;
        caller.destroy();
        callee.destroy();
      });
    }
    caller.on('data', (bytes) => {
      if (state === 'whole' || state === 'deaf') callee.write(bytes);
    });
    callee.on('data', (bytes) => {
      if (state === 'whole') caller.write(bytes);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    set: (next) => {
      // What vanished is lacking in the middle of a stream, which is good for nothing any more.
      if (next !== state)
        for (const socket of sockets) if (next !== 'cut' && next !== 'deaf') socket.destroy();
      state = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** A port that nobody listens at now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  return typeof address === 'object' && address ? address.port : 0;
}

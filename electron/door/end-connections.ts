import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, sleep } from '#contract/ports.ts';

/** In milliseconds: how long whoever was refused has to take the answer. */
export const REFUSAL_TAKEN_WITHIN_MS = 1_000;

/** In milliseconds: how long whatever leads to a terminal may take to close. */
const CLOSED_WITHIN_MS = 1_000;

/** Nobody at the door keeps a terminal from writing down that it ended: its supervisor kills what has not ended by itself. */
export async function closedSoon(clock: Clock, closing: Promise<unknown>): Promise<void> {
  await Promise.race([closing, sleep(clock, CLOSED_WITHIN_MS)]);
}

/**
 * Gives what closes a server with each connection that it got from now on. `closeAllConnections` of Node's http servers knows
 * neither those that have said nothing yet, nor those that were upgraded or refused to be, and `close` waits for all.
 */
export function closerOf(server: Server): () => Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
    });
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of open) socket.destroy();
    });
}

/** Refuses an upgrade, and hangs up: nobody else ends that connection any more. `status`: `421 Misdirected Request`. */
export function refuseUpgrade(socket: Duplex, status: string, clock: Clock): void {
  // Node takes its own listener away from who asks for an upgrade: a reset would end the process.
  socket.on('error', () => undefined);
  const hangUp = (): void => void socket.destroy();
  const cancel = clock.after(REFUSAL_TAKEN_WITHIN_MS, hangUp);
  socket.once('close', cancel);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, hangUp);
}

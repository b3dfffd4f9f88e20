import { createConnection, type Socket } from 'node:net';
import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { ByteChannel, ChannelEvents, OpenChannel } from './channel.ts';
import { openFailure } from './open-failure.ts';

export const tcpDelays = {
  /** A serial-device server in the same cabinet answers in milliseconds; a host that is off never does. */
  connectMs: 3_000,
  /** The first probe of a silent peer; drivers' heartbeats notice sooner, this frees the socket. */
  keepAliveMs: 10_000,
} as const;

export function tcpChannel(target: { host: string; port: number }, clock: Clock): OpenChannel {
  const address = `tcp:${target.host}:${target.port}`;
  return (events) =>
    new Promise((resolve) => {
      const socket = createConnection({ host: target.host, port: target.port, noDelay: true });
      const cancelTimeout = clock.after(tcpDelays.connectMs, () => {
        socket.destroy();
        resolve(err(fault('device.port-missing', `${address}: no connection in ${tcpDelays.connectMs} ms`)));
      });
      socket.once('error', (error) => {
        cancelTimeout();
        resolve(err(openFailure(address, error)));
      });
      socket.once('connect', () => {
        cancelTimeout();
        socket.setKeepAlive(true, tcpDelays.keepAliveMs);
        resolve(ok(connected(socket, address, events)));
      });
    });
}

function connected(socket: Socket, address: string, events: ChannelEvents): ByteChannel {
  let closedByUs = false;
  let reason = 'closed by the other side';
  socket.on('data', (bytes) => events.onData(bytes));
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.on('end', () => socket.destroy());
  /** Writes under way. Not a promise that all wait for: it would remember each for as long as the line is up. */
  const writing = new Set<() => void>();
  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
      for (const lose of [...writing]) lose();
      if (!closedByUs) events.onClose(fault('device.lost', `${address}: ${reason}`));
    });
  });
  return {
    write: (bytes) =>
      new Promise<Result<void>>((resolve) => {
        const lose = () => {
          writing.delete(lose);
          resolve(err(fault('device.lost', `${address}: ${reason}`)));
        };
        if (socket.destroyed) {
          lose();
          return;
        }
        // A socket destroyed under a pending write does not always call the write back.
        writing.add(lose);
        socket.write(bytes, (error) => {
          if (error) lose();
          else {
            writing.delete(lose);
            resolve(ok(undefined));
          }
        });
      }),
    close: () => {
      closedByUs = true;
      socket.destroy();
      return gone;
    },
  };
}

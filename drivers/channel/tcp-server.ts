import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { DeviceSimulator } from './simulator.ts';

export interface ServedSimulator {
  readonly port: number;
  /** Pulls the cable: connections are destroyed and new ones refused, until `plug()`. */
  unplug(): Promise<void>;
  /** Puts it back on the same port. */
  plug(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts a simulator on a TCP port, as a serial-device server would put the device: one host at a time,
 * bytes as they come. `port` 0 takes a free one, which is then kept over unplug and plug.
 */
export async function serveSimulator(
  simulator: DeviceSimulator,
  where: { host: string; port: number },
): Promise<ServedSimulator> {
  const sockets = new Set<Socket>();
  let server: Server | null = await listen(where.port);
  const address = server.address();
  const port = isAddressInfo(address) ? address.port : where.port;

  function accept(socket: Socket): void {
    // A serial line has one master: a second host is turned away, as device servers do.
    if (sockets.size > 0) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.setNoDelay(true);
    const plug = simulator.attach({
      send: (bytes) => {
        if (!socket.destroyed) socket.write(bytes);
      },
    });
    socket.on('data', (bytes) => plug.receive(bytes));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      plug.unplugged();
    });
  }

  function listen(onPort: number): Promise<Server> {
    return new Promise((resolve, reject) => {
      const fresh = createServer(accept);
      fresh.once('error', reject);
      fresh.listen({ host: where.host, port: onPort, exclusive: true }, () => resolve(fresh));
    });
  }

  async function unplug(): Promise<void> {
    const closing = server;
    server = null;
    for (const socket of sockets) socket.destroy();
    if (closing === null) return;
    await new Promise<void>((resolve) => closing.close(() => resolve()));
  }

  return {
    port,
    unplug,
    plug: async () => {
      server ??= await listen(port);
    },
    close: unplug,
  };
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

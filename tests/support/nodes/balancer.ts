import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

/** Any load balancer at its plainest: each connection to the next node that takes it, and no look at what goes through. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;

  function forward(client: Socket, triesLeft: number): void {
    const port = ports[turn++ % ports.length];
    if (triesLeft === 0 || port === undefined) {
      client.destroy();
      return;
    }
    const node = connect(port, '127.0.0.1');
    node.once('error', () => forward(client, triesLeft - 1));
    node.once('connect', () => {
      node.removeAllListeners('error');
      couple(client, node);
    });
  }

  /** What ends on one side ends on the other. */
  function couple(client: Socket, node: Socket): void {
    open.add(node);
    client.pipe(node);
    node.pipe(client);
    const part = () => {
      client.destroy();
      node.destroy();
      open.delete(node);
    };
    for (const socket of [client, node]) socket.on('error', part).once('close', part);
  }

  const server: Server = createServer((client) => {
    open.add(client);
    client.on('error', () => client.destroy()).once('close', () => open.delete(client));
    forward(client, ports.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the balancer has no port');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

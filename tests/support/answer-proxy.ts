import { createConnection, createServer, type Socket } from 'node:net';

/** A TCP line to the platform that stops an answer to a submission, or to a call about keys, before it arrives. */
export interface AnswerProxy {
  readonly port: number;
  /**
   * Called when the platform has answered a PUT or a POST about keys, before a byte of the answer goes on; `true` swallows it.
   * The platform has committed by then: only its word is lost.
   */
  onAnswer: () => boolean;
  close(): Promise<void>;
}

export async function startAnswerProxy(targetPort: number): Promise<AnswerProxy> {
  const sockets = new Set<Socket>();
  const proxy = {
    port: 0,
    onAnswer: () => false,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
  const server = createServer((caller) => {
    const callee = createConnection({ host: '127.0.0.1', port: targetPort });
    for (const socket of [caller, callee]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        caller.destroy();
        callee.destroy();
      });
    }
    let isSubmission = false;
    caller.on('data', (bytes) => {
      // A request begins its first piece with its method; the pieces of a body do not begin with one.
      if (/^[A-Z]+ \//.test(bytes.toString('latin1', 0, 10)))
        isSubmission = /^(?:PUT |POST \/v1\/terminals\/)/.test(bytes.toString('latin1', 0, 30));
      callee.write(bytes);
    });
    callee.on('data', (bytes) => {
      if (isSubmission && proxy.onAnswer()) caller.destroy();
      else caller.write(bytes);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  proxy.port = typeof address === 'object' && address ? address.port : 0;
  return proxy;
}

import { createConnection, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import type { Issued } from './certificates.ts';

/** A proxy that ends TLS before a platform, with whatever certificate it shows at the moment. */
export interface TlsFront {
  readonly port: number;
  /** From the next connection on; those that stand end. */
  show(certificate: Issued): void;
  close(): Promise<void>;
}

export async function openTlsFront(targetPort: number, first: Issued): Promise<TlsFront> {
  const callers = new Set<Socket>();
  const server = createServer(first, (caller) => {
    callers.add(caller);
    pipeline(caller, createConnection({ host: '127.0.0.1', port: targetPort }), caller, () => {
      callers.delete(caller);
      caller.destroy();
    });
  });
  // Whoever does not believe the certificate ends the handshake: that is what it is for.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const endAll = (): void => {
    for (const caller of callers) caller.destroy();
  };
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    show: (certificate) => {
      server.setSecureContext(certificate);
      endAll();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        endAll();
      }),
  };
}

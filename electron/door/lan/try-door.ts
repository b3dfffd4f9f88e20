import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { stationCertificate, type CertificatePorts } from './station-certificate.ts';

const LOOPBACK = '127.0.0.1';

/**
 * Whether this machine can make a station's certificate and serve TLS by it, to somebody who trusts its authority and nobody
 * else: Electron brings a cryptography of its own (BoringSSL), which is not the one of Node. On a free port of the loopback,
 * so that a terminal that runs keeps its door. The value says what was spoken. Fault: `lan.certificate-unusable`.
 */
export async function tryDoor(ports: CertificatePorts): Promise<Result<string, Fault>> {
  const made = await stationCertificate({ names: [LOOPBACK], certificate: null }, ports);
  if (!made.ok) return made;
  const { cert, key, authorityFile } = made.value;
  const server = createServer({ cert, key, minVersion: 'TLSv1.2' }, (socket) => socket.end());
  try {
    await once(server.listen(0, LOOPBACK), 'listening');
    // It listens on TCP.
    const { port } = server.address() as AddressInfo;
    const ca = authorityFile === null ? [] : [readFileSync(authorityFile)];
    const socket = connect({ host: LOOPBACK, port, ca });
    await once(socket, 'secureConnect');
    const spoken = socket.getProtocol();
    socket.destroy();
    return ok(`${spoken ?? 'TLS'} by a certificate of its own`);
  } catch (error) {
    return err(fault('lan.certificate-unusable', String(error)));
  } finally {
    server.close();
  }
}

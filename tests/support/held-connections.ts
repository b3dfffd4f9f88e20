import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect as connectTls } from 'node:tls';
import { RPC_PATH } from '#contract/transport.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';

/** Somebody who connects to a port of this machine and says nothing. */
export async function silentConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Somebody whose upgrade was refused for its name, and who does not hang up. `ca`: null: without TLS. */
export async function heldRefusal(port: number, ca: string | null): Promise<Socket> {
  const to = { host: '127.0.0.1', port, allowHalfOpen: true };
  const socket = ca === null ? connect(to) : connectTls({ ...to, ca });
  socket.on('error', () => undefined);
  await once(socket, ca === null ? 'connect' : 'secureConnect');
  const lines = ['Host: elsewhere', 'Connection: Upgrade', 'Upgrade: websocket'];
  socket.write(`GET ${RPC_PATH} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  if (!String(answer).startsWith('HTTP/1.1 421 ')) throw new Error(`it was not refused: ${String(answer)}`);
  return socket;
}

/** The last event in the audit of a terminal that has ended. */
export function lastOfAudit(dataDir: string): string {
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true });
  try {
    return String(database.prepare('SELECT event FROM audit ORDER BY rowid DESC LIMIT 1').get()?.['event']);
  } finally {
    database.close();
  }
}

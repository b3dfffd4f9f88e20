import { chmodSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { fault, type Fault } from '#contract/fault.ts';
import { ok, type Result } from '#contract/result.ts';
import type { Access } from '#terminal/access/access.ts';
import type { Verified } from '#terminal/audit/verify.ts';
import type { Log } from '#terminal/log.ts';
import {
  CONTROL_ANSWERS_WITHIN_MS,
  controlRequestSchema,
  controlSocketIn,
  MAX_CONTROL_BYTES,
  type ControlRequest,
  type ControlState,
} from './control-protocol.ts';

export interface ControlPorts {
  readonly dataDir: string;
  readonly access: Access;
  readonly verifyAudit: () => Promise<Verified>;
  readonly door: () => Pick<ControlState, 'door' | 'doorFault'>;
  readonly log: Log;
}

const MOST_CONNECTIONS = 4;

/** Whoever may open the folder, to an act that takes two: no account, so that anybody who has one can be the second. */
const WHO_HAS_THE_MACHINE = { staffId: 'command', role: 'technician' } as const;

export interface ControlSocket {
  close(): void;
}

/** Answers the technician's commands until it is closed. A terminal whose folder takes no socket works without it. */
export async function openControlSocket(ports: ControlPorts): Promise<ControlSocket> {
  const path = controlSocketIn(ports.dataDir);
  const server = createServer((socket) => {
    serve(socket, ports).catch((error: unknown) => {
      tell('control.trouble')(error);
      socket.destroy();
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  const tell = (event: 'control.closed' | 'control.trouble') => (error: unknown) => {
    ports.log({ level: 'error', event, detail: String(error) });
  };
  try {
    // The store is ours alone, so what lies here is of one of us that was killed.
    rmSync(path, { force: true });
    server.listen(path);
    await once(server, 'listening');
    // One command that cannot be accepted (no more file handles): the next one may be.
    server.on('error', tell('control.trouble'));
    chmodSync(path, 0o600);
  } catch (error) {
    // Not even one that others of this machine could reach.
    server.close();
    tell('control.closed')(error);
  }
  return {
    close: () => {
      server.close();
    },
  };
}

async function serve(socket: Socket, ports: ControlPorts): Promise<void> {
  socket.on('error', () => undefined);
  socket.setTimeout(CONTROL_ANSWERS_WITHIN_MS, () => socket.destroy());
  const line = await lineFrom(socket);
  const request = line === null ? null : parse(line);
  const answer =
    request === null ? { ok: false, fault: fault('api.malformed') } : await answerTo(request, ports);
  socket.end(`${JSON.stringify(answer)}\n`);
}

/** Null when it is longer than any request, or the connection ends before it does. */
async function lineFrom(socket: Socket): Promise<string | null> {
  let text = '';
  try {
    for await (const part of socket.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      text += String(part);
      if (text.length > MAX_CONTROL_BYTES) return null;
      const end = text.indexOf('\n');
      if (end >= 0) return text.slice(0, end);
    }
  } catch {
    // It went away.
  }
  return null;
}

function parse(line: string): ControlRequest | null {
  try {
    const parsed = controlRequestSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function answerTo(
  request: ControlRequest,
  { access, door, verifyAudit }: ControlPorts,
): Promise<Result<ControlState, Fault>> {
  const done = await act(request, access);
  if (!done.ok) return done;
  const verified = request.verb === 'audit-verify' ? await verifyAudit() : null;
  return ok({
    accounts: [...access.accounts.list()],
    browsers: [...access.browsers.list()],
    knocking: [...access.browsers.knocking()],
    ...door(),
    admitted: done.value,
    audit: verified,
  });
}

async function act(
  request: ControlRequest,
  { accounts, browsers, closeAccount }: Access,
): Promise<Result<ControlState['admitted'], Fault>> {
  switch (request.verb) {
    case 'add':
      return accounts.add({ staffId: request.staffId, role: request.role }, request.pin);
    case 'pin':
      return accounts.setPin(request.staffId, request.pin);
    case 'close':
      return closeAccount(request.staffId, WHO_HAS_THE_MACHINE);
    case 'forget-card':
      return accounts.forgetCard(request.staffId, 'technician');
    case 'admit':
      return browsers.admit(request.code, request.as, null);
    case 'shut-out':
      return browsers.revoke(request.browser, null);
    case 'list':
    case 'audit-verify':
      return ok(null);
    default:
      return request satisfies never;
  }
}

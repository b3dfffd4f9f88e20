import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { terminalContract } from '#contract/terminal-api.ts';
import { RPC_PATH } from '#contract/transport.ts';

export type TerminalClient = ContractRouterClient<typeof terminalContract>;

export interface ScreenClient {
  readonly api: TerminalClient;
  readonly socket: WebSocket;
  close(): void;
}

/** The cookie that the printed address sets. */
export async function enter(resident: string): Promise<string> {
  const response = await fetch(resident, { redirect: 'manual' });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (response.status !== 303 || cookie === undefined)
    throw new Error(`the address answers ${response.status}`);
  return cookie;
}

/** Talks to the terminal as the screen does: cookie, origin, WebSocket. */
export async function openScreen(host: { url: string; resident: string }): Promise<ScreenClient> {
  const cookie = await enter(host.resident);
  const socket = new WebSocket(host.url.replace('http', 'ws') + RPC_PATH, {
    headers: { cookie },
    origin: host.url,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  // The link's own type is the browser's WebSocket, of which ws implements what it uses.
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return {
    api: createORPCClient(link),
    socket,
    close: () => {
      socket.terminate();
    },
  };
}

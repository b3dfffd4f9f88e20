import { request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingHttpHeaders } from 'node:http';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { RPC_PATH } from '#contract/transport.ts';
import type { TerminalClient } from './screen-client.ts';

export interface DoorAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Who forges a name has a client that does not compare it. */
const believing = { checkServerIdentity: () => undefined };

/** A browser at the LAN door, which trusts its authority and keeps its cookies, and whose every header a test may forge. */
export class DoorBrowser {
  readonly cookies = new Map<string, string>();
  readonly #url: string;
  readonly #ca: string;

  constructor(url: string, ca: string) {
    this.#url = url;
    this.#ca = ca;
  }

  get origin(): string {
    return this.#url;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  ask(path: string, options: RequestOptions & { readonly body?: string } = {}): Promise<DoorAnswer> {
    const { body, headers, ...rest } = options;
    return new Promise((resolve, reject) => {
      const asked = request(
        this.#url + path,
        { ca: this.#ca, agent: false, ...believing, headers: { cookie: this.cookie, ...headers }, ...rest },
        (response) => {
          for (const set of response.headers['set-cookie'] ?? []) this.#keep(set);
          void text(response).then((said) => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: said });
          }, reject);
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<DoorAnswer> {
    const own = { origin: this.#url, 'content-type': 'application/json' };
    const json = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask(path, { method: 'POST', headers: { ...own, ...headers }, body: json });
  }

  /** The socket when it opened, or the status that it was refused with. */
  socket(headers: Record<string, string> = {}): Promise<WebSocket | number> {
    const socket = new WebSocket(this.#url.replace('https', 'wss') + RPC_PATH, {
      ca: this.#ca,
      ...believing,
      headers: { cookie: this.cookie, origin: this.#url, ...headers },
    });
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.once('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
      });
      socket.once('open', () => {
        resolve(socket);
      });
    });
  }

  async api(): Promise<{ readonly client: TerminalClient; readonly socket: WebSocket }> {
    const socket = await this.socket();
    if (typeof socket === 'number') throw new Error(`the door answers ${socket}`);
    // The link's own type is the browser's WebSocket, of which ws implements what it uses.
    const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
    return { client: createORPCClient(link), socket };
  }

  #keep(set: string): void {
    const [pair = '', ...attributes] = set.split('; ');
    const [name = '', value = ''] = pair.split('=');
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

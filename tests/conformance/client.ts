import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect as connectSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Broken } from './check.ts';
import { digestOf, signatureHeaders, type Bent, type Key } from './sign.ts';

/** A terminal as the suite plays it. */
export interface Terminal extends Key {
  readonly terminalId: string;
  readonly stationId: string;
}

/** `desk`: with the desk's token. A text: with this text as the token. */
export type Caller = Terminal | 'desk' | { readonly token: string } | null;

export interface Call {
  readonly method?: string;
  /** With its query, behind the platform's address. */
  readonly path: string;
  readonly by: Caller;
  /** Bytes go out as octets, a text as it stands, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bent?: Bent;
}

/** Ready to be sent, once or again. */
export interface Prepared {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Undefined when it is no JSON. */
  readonly json: unknown;
}

/** A call and its answer, as the rules about all answers look at them. */
export interface Exchange {
  readonly rule: string;
  readonly method: string;
  readonly path: string;
  readonly answer: Answer;
}

export interface ClientParts {
  readonly url: string;
  readonly deskToken: string;
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
}

const ANSWER_WITHIN_MS = 20_000;
/** The largest answer of the norm is the table of regions. */
const MAX_ANSWER_BYTES = 8_388_608;
const NONCE_BYTES = 16;

export class Client {
  readonly exchanges: Exchange[] = [];
  /** The rule that is being judged. */
  rule = '';
  readonly #parts: ClientParts;
  readonly #base: URL;
  readonly #agent: HttpAgent;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#base = new URL(parts.url.replace(/\/$/, ''));
    this.#agent =
      this.#base.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true })
        : new HttpAgent({ keepAlive: true });
  }

  close(): void {
    this.#agent.destroy();
  }

  urlOf(path: string): URL {
    return new URL(`${this.#base.href.replace(/\/$/, '')}${path}`);
  }

  call(call: Call): Promise<Answer> {
    return this.send(this.prepare(call));
  }

  prepare({ method = 'GET', path, by, body, headers = {}, bent = {} }: Call): Prepared {
    const bytes = bytesOf(body);
    const plain: Record<string, string> = {
      ...(bytes === null
        ? {}
        : { 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' }),
      ...headers,
    };
    const token = by === 'desk' ? this.#parts.deskToken : by !== null && 'token' in by ? by.token : null;
    if (token !== null) plain['authorization'] = `Bearer ${token}`;
    const unsigned = { method, path, headers: plain, body: bytes };
    return by !== null && by !== 'desk' && 'keyId' in by ? this.sign(unsigned, by, bent) : unsigned;
  }

  /** Adds a signature; signed already, another one beside. */
  sign(prepared: Prepared, key: Pick<Key, 'keyId' | 'privateKey'>, bent: Bent = {}): Prepared {
    const { method, path, body } = prepared;
    const headers = { ...(body === null ? {} : { 'content-digest': digestOf(body) }), ...prepared.headers };
    const moment = {
      nowMs: this.#parts.now(),
      nonce: Buffer.from(this.#parts.randomBytes(NONCE_BYTES)).toString('base64url'),
    };
    const request = { method, url: this.urlOf(path), headers, hasBody: body !== null };
    return { ...prepared, headers: { ...headers, ...signatureHeaders(key, request, moment, bent) } };
  }

  /** `fresh`: over a connection of its own. */
  async send(prepared: Prepared, connection: 'kept' | 'fresh' = 'kept'): Promise<Answer> {
    const { method, path } = prepared;
    const answer = await this.#exchange(prepared, connection);
    this.exchanges.push({ rule: this.rule, method, path, answer });
    return answer;
  }

  /** Sends a request over a line that is cut: as soon as the request is on it, or at the first byte of the answer, which is lost. */
  sendAndLeave({ method, path, headers, body }: Prepared, cut: 'at once' | 'answered'): Promise<void> {
    const head = this.headOf(method, path, { ...headers, 'content-length': String(body?.length ?? 0) });
    return new Promise((resolve, reject) => {
      const socket = this.#connect();
      socket.once('error', reject);
      const leave = () => {
        socket.destroy();
        resolve();
      };
      socket.once('close', leave);
      socket.setTimeout(ANSWER_WITHIN_MS, leave);
      if (cut === 'answered') socket.once('data', leave);
      socket.write(Buffer.concat([Buffer.from(head), body ?? new Uint8Array()]), () => {
        if (cut === 'at once') leave();
      });
    });
  }

  headOf(method: string, path: string, headers: Readonly<Record<string, string>>): string {
    const { host, pathname, search } = this.urlOf(path);
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`;
  }

  /** Sends bytes as they are. */
  async raw(bytes: string): Promise<Answer> {
    const answer = await this.#rawExchange(bytes);
    const [, method = '', path = ''] = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/.exec(bytes) ?? [];
    this.exchanges.push({ rule: this.rule, method, path, answer });
    return answer;
  }

  #rawExchange(bytes: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const socket = this.#connect();
      let text = '';
      const end = (): void => {
        socket.destroy();
        const answer = answerIn(text);
        if (answer === null) reject(new Broken('an HTTP answer', text === '' ? 'none' : text.slice(0, 80)));
        else resolve(answer);
      };
      socket.setEncoding('utf8');
      socket.setTimeout(ANSWER_WITHIN_MS, end);
      socket.on('data', (chunk: string) => {
        text += chunk;
        const head = text.indexOf('\r\n\r\n');
        const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
        if (head !== -1 && Buffer.byteLength(text) >= head + 4 + length) end();
      });
      socket.once('error', end); // what came before a line was cut is the answer
      socket.once('close', end);
      socket.write(bytes);
    });
  }

  #connect() {
    const { protocol, hostname, port } = this.#base;
    return protocol === 'https:'
      ? connectTls({ host: hostname, port: Number(port || 443), servername: hostname })
      : connectSocket(Number(port || 80), hostname);
  }

  #exchange({ method, path, headers, body }: Prepared, connection: 'kept' | 'fresh'): Promise<Answer> {
    const send = this.#base.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const noAnswer = (why: string) => reject(new Broken(`an answer to ${method} ${path}`, `none (${why})`));
      const request = send(
        this.urlOf(path),
        {
          method,
          agent: connection === 'kept' ? this.#agent : false,
          timeout: ANSWER_WITHIN_MS,
          headers: { ...headers, ...(body === null ? {} : { 'content-length': body.length }) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > MAX_ANSWER_BYTES) request.destroy(new Error('an answer without end'));
            else chunks.push(chunk);
          });
          response.on('error', (error) => noAnswer(error.message));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const answered = Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
            );
            resolve({
              status: response.statusCode ?? 0,
              headers: answered,
              text,
              json: jsonOf(answered['content-type'], text),
            });
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error(`within ${String(ANSWER_WITHIN_MS)} ms`)));
      request.on('error', (error) => noAnswer(error.message));
      request.end(body ?? undefined);
    });
  }
}

function bytesOf(body: unknown): Uint8Array | null {
  if (body === undefined) return null;
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** An HTTP answer as it came over the line; null: it is none. */
function answerIn(text: string): Answer | null {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end === -1 ? text.length : end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? 0);
  if (status === 0) return null;
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const sent = end === -1 ? '' : text.slice(end + 4);
  const body = /\bchunked\b/i.test(headers['transfer-encoding'] ?? '') ? unchunked(sent) : sent;
  return { status, headers, text: body, json: jsonOf(headers['content-type'], body) };
}

/** RFC 9112 §7.1. Lengths are bytes. */
function unchunked(sent: string): string {
  let rest = Buffer.from(sent);
  const chunks: Buffer[] = [];
  for (;;) {
    const line = rest.indexOf('\r\n');
    const length = Number.parseInt(rest.subarray(0, Math.max(line, 0)).toString('latin1'), 16);
    if (!(length > 0)) return Buffer.concat(chunks).toString();
    chunks.push(rest.subarray(line + 2, line + 2 + length));
    rest = rest.subarray(line + 2 + length + 2);
  }
}

function jsonOf(type: string | undefined, text: string): unknown {
  if (!/^application\/([a-z.]+\+)?json\b/.test(type ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import type { Booking, TellableBooking } from '#contract/booking.ts';
import type { Chain } from '#contract/chain.ts';
import type { Acknowledgement } from '#contract/application.ts';
import { PROBLEM_MEDIA_TYPE } from '#contract/problem.ts';
import { enrolmentRequestSchema, thumbprintInput, type Enrolled } from '#contract/terminal-identity.ts';

/** How this platform answers a submission: as it should, or as a test wants it. */
export type SubmitAnswer = (
  request: { readonly key: string; readonly body: string; readonly tries: number },
  response: ServerResponse,
) => void;

/**
 * A platform that does as it is told, over a real socket: for the answers that the reference platform
 * never gives. It keeps what it acknowledged.
 */
export interface ScriptedPlatform {
  readonly url: string;
  readonly acknowledged: ReadonlyMap<string, string>;
  /** How often each key was sent. */
  readonly tries: ReadonlyMap<string, number>;
  onSubmit: SubmitAnswer;
  onFind: SubmitAnswer;
  /** Whose a code is; nobody's, until a test says so. */
  onResolve: (token: string, response: ServerResponse) => void;
  /** Every code that reached it. */
  readonly asked: readonly string[];
  /** `application/sha256` → the bytes that arrived. */
  readonly uploads: ReadonlyMap<string, Buffer>;
  /** Each append, before it is done; `true` when the test has answered it itself. */
  onAppend: (key: string, response: ServerResponse) => boolean;
  /** What it publishes, each as it would come over the line. */
  items: readonly ScriptedItem[];
  chains: readonly Chain[];
  /** What was booked, of whichever station. */
  bookings: readonly ScriptedBooking[];
  /** Each word about a booking, as it came: `20261122 came`. */
  readonly outcomes: readonly string[];
  /** The days of the station's queue, each report as its bytes came. */
  readonly stationDays: readonly { readonly day: string; readonly body: string }[];
  /** Answers 503 to everything while true. */
  down: boolean;
  close(): Promise<void>;
}

export interface ScriptedBooking extends Booking, Pick<TellableBooking, 'bookingNo' | 'state'> {}

export interface ScriptedItem {
  readonly slug: string;
  readonly version: string;
  readonly body: string;
}

const published = ['elderly-allowance', 'fertility-registration'].map(publishedItem);

/** As the reference platform publishes it, without the lists that it would bring. */
export function publishedItem(slug: string): ScriptedItem {
  return {
    slug,
    version: '2026.11-draft1',
    body: readFileSync(new URL(`../../platform/catalogue/items/${slug}.json`, import.meta.url), 'utf8'),
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : PROBLEM_MEDIA_TYPE,
    ...headers,
  });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export async function startScriptedPlatform(): Promise<ScriptedPlatform> {
  const acknowledged = new Map<string, string>();
  const tries = new Map<string, number>();
  const asked: string[] = [];
  const uploads = new Map<string, Buffer>();

  const platform = {
    url: '',
    acknowledged,
    tries,
    items: published as readonly ScriptedItem[],
    chains: [] as readonly Chain[],
    bookings: [] as readonly ScriptedBooking[],
    outcomes: [] as string[],
    stationDays: [] as { day: string; body: string }[],
    down: false,
    asked,
    uploads,
    onAppend: (() => false) as ScriptedPlatform['onAppend'],
    onResolve: ((_token, response) =>
      json(response, 404, { code: 'CODE_UNKNOWN' })) as ScriptedPlatform['onResolve'],
    onSubmit: (({ key, body }, response) => {
      acknowledged.set(key, body);
      json(response, 200, acknowledgementOf(key, body));
    }) as SubmitAnswer,
    onFind: (({ key }, response) => {
      const body = acknowledged.get(key);
      if (body === undefined) json(response, 404, {});
      else json(response, 200, acknowledgementOf(key, body));
    }) as SubmitAnswer,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };

  const server = createServer((request, response) => {
    void handle(request, response);
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await bodyOf(request);
    const body = bytes.toString('utf8');
    if (platform.down) {
      json(response, 503, {});
      return;
    }
    const path = request.url ?? '';
    const attachment = /^\/v1\/applications\/([^/]+)\/attachments\/([0-9a-f]{64})/.exec(path);
    if (attachment) {
      serveAttachment(request, response, `${attachment[1]}/${attachment[2]}`, bytes);
      return;
    }
    const key = /^\/v1\/applications\/(.+)$/.exec(path)?.[1]?.replace('/revisions/', '|');
    if (key !== undefined) {
      if (request.method === 'PUT') tries.set(key, (tries.get(key) ?? 0) + 1);
      const answer = request.method === 'PUT' ? platform.onSubmit : platform.onFind;
      answer({ key, body, tries: tries.get(key) ?? 0 }, response);
    } else if (path === '/v1/codes/resolve') {
      const { token } = JSON.parse(body) as { token: string }; // our own question
      asked.push(token);
      platform.onResolve(token, response);
    } else if (path === '/v1/terminals/enrol') {
      json(response, 200, enrolledBy(body));
    } else if (path === '/v1/health') {
      json(response, 200, { status: 'ok', time: '2026-11-21T00:00:00Z' });
    } else if (path.startsWith('/v1/bookings/')) {
      serveBookings(path, body, response);
    } else if (path.startsWith('/v1/station-days/')) {
      const day = path.slice(-10);
      platform.stationDays.push({ day, body });
      json(response, 200, { day, stands: true });
    } else if (path === '/v1/catalogue/chains') {
      json(response, 200, { chains: platform.chains });
    } else if (path === '/v1/catalogue/items') {
      json(response, 200, { items: platform.items.map(({ slug, version }) => ({ slug, version })) });
    } else {
      const item = platform.items.find(({ slug }) => path === `/v1/catalogue/items/${slug}`);
      json(response, item ? 200 : 404, item?.body ?? {});
    }
  }

  /** Of this station all days; whoever searches gets those of his number. */
  function serveBookings(path: string, body: string, response: ServerResponse): void {
    // our own questions
    const asks = JSON.parse(body) as Record<'tagKey' | 'bookingNo' | 'personNumber' | 'outcome', string>;
    if (path === '/v1/bookings/outcomes') {
      platform.outcomes.push(`${asks.bookingNo} ${asks.outcome}`);
      json(response, 200, { bookingNo: asks.bookingNo });
      return;
    }
    const isWanted = ({ bookingNo, personNumber, stationId }: ScriptedBooking): boolean =>
      path === '/v1/bookings/of-station'
        ? stationId === '999901001'
        : bookingNo === asks.bookingNo || personNumber === asks.personNumber;
    const key = Buffer.from(asks.tagKey, 'base64url');
    const bookings = platform.bookings.filter(isWanted).map(({ personNumber, ...booking }) => ({
      ...booking,
      personTag: createHmac('sha256', key).update(personNumber).digest('hex'),
    }));
    json(response, 200, { bookings });
  }

  function serveAttachment(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    bytes: Buffer,
  ): void {
    const known = uploads.get(key) ?? Buffer.alloc(0);
    if (request.method === 'POST') {
      if (platform.onAppend(key, response)) return;
      const offset = Number(/offset=(\d+)/.exec(request.url ?? '')?.[1]);
      if (offset > known.length) {
        json(response, 409, { code: 'WRONG_OFFSET', data: { receivedBytes: known.length } });
        return;
      }
      if (offset + bytes.length > known.length)
        uploads.set(key, Buffer.concat([known.subarray(0, offset), bytes]));
    }
    json(response, 200, {
      receivedBytes: uploads.get(key)?.length ?? 0,
      isComplete: isWhole(key, uploads),
    });
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  platform.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return platform;
}

export function acknowledgementOf(key: string, body: string): Acknowledgement {
  const [applicationId = '', revision] = key.split('|');
  const { payloadSha256 } = JSON.parse(body) as { payloadSha256: string }; // our own submission, parsed by the terminal
  return {
    applicationId,
    revision: Number(revision),
    caseNo: `BJ20261121${applicationId.slice(-8)}`,
    status: '02',
    receivedAt: '2026-11-21T00:00:00Z',
    payloadSha256,
  };
}

/** It takes every terminal with every code. */
function enrolledBy(body: string): Enrolled {
  const { terminalId, stationId, publicKey } = enrolmentRequestSchema.parse(JSON.parse(body));
  const keyId = createHash('sha256').update(thumbprintInput(publicKey)).digest('base64url');
  return { terminalId, stationId, keyId, enrolledAt: '2026-11-21T00:00:00Z' };
}

/** Whether all bytes of `application/sha256` are there. */
export function isWhole(key: string, uploads: ReadonlyMap<string, Buffer>): boolean {
  const bytes = uploads.get(key);
  return bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === key.split('/')[1];
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // an IncomingMessage gives Buffers
  return Buffer.concat(chunks);
}

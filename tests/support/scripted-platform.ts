import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import type { Acknowledgement } from '#contract/application.ts';

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
  /** Answers 503 to everything while true. */
  down: boolean;
  close(): Promise<void>;
}

const items = ['elderly-allowance', 'fertility-registration'].map((slug) => ({
  slug,
  body: readFileSync(new URL(`../../platform/catalogue/items/${slug}.json`, import.meta.url), 'utf8'),
}));

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export async function startScriptedPlatform(): Promise<ScriptedPlatform> {
  const acknowledged = new Map<string, string>();
  const tries = new Map<string, number>();
  const asked: string[] = [];

  const platform = {
    url: '',
    acknowledged,
    tries,
    down: false,
    asked,
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
    const body = await bodyOf(request);
    if (platform.down) {
      json(response, 503, {});
      return;
    }
    const path = request.url ?? '';
    const key = /^\/v1\/applications\/(.+)$/.exec(path)?.[1]?.replace('/revisions/', '|');
    if (key !== undefined) {
      if (request.method === 'PUT') tries.set(key, (tries.get(key) ?? 0) + 1);
      const answer = request.method === 'PUT' ? platform.onSubmit : platform.onFind;
      answer({ key, body, tries: tries.get(key) ?? 0 }, response);
    } else if (path === '/v1/codes/resolve') {
      const { token } = JSON.parse(body) as { token: string }; // our own question
      asked.push(token);
      platform.onResolve(token, response);
    } else if (path === '/v1/health') {
      json(response, 200, { status: 'ok', time: '2026-11-21T00:00:00Z' });
    } else if (path === '/v1/catalogue/items') {
      json(response, 200, { items: items.map(({ slug }) => ({ slug, version: '2026.11-draft1' })) });
    } else {
      const item = items.find(({ slug }) => path === `/v1/catalogue/items/${slug}`);
      json(response, item ? 200 : 404, item?.body ?? {});
    }
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // an IncomingMessage gives Buffers
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The demo's departments as a process: `node scripts/demo/department/main.ts CONFIG`. It knows the platform by its public
 * API alone, is called by it, and asks for its inboxes when it starts and now and then. SIGTERM and the end of its parent end it.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { inboxEntrySchema, inboxPageSchema, type InboxEntry } from '#contract/department.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { departmentConfigSchema, type DepartmentConfig } from './config.ts';
import { genuineCalls } from './genuine.ts';
import { openOffice, type Answer, type Office } from './office.ts';
import { seeded } from '../../../tests/support/seeded.ts';

const ANSWER_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 20_000;
const MAX_BODY_BYTES = 16_384;

const config = departmentConfigSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const offices = new Map(
  config.departments.map((one, index) => [one.departmentId, officeOf(one, config.seed + index)]),
);
const isGenuine = genuineCalls({
  fetchKeys: async () => (await callPlatform('GET', '/v1/keys', null, null)).body,
  now: () => systemClock.now(),
});

function officeOf({ name, token }: DepartmentConfig['departments'][number], seed: number): Office {
  return openOffice({
    name,
    itemName: (slug) => config.items[slug] ?? { zh: slug, en: slug },
    clock: systemClock,
    pace: config.pace,
    random: seeded(seed),
    newId: randomUUID,
    call: (method, path, body) => callPlatform(method, path, body, token),
  });
}

async function callPlatform(
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  token: string | null,
): Promise<Answer> {
  const response = await fetch(`${config.platformUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  return { status: response.status, body: await response.json() };
}

/** What the platform could not tell, or told while nobody listened; then how far everything is done. */
async function ask(token: string, office: Office): Promise<void> {
  for (let after: number | null = null; ;) {
    const query = after === null ? '' : `?after=${String(after)}`;
    const answer = await callPlatform('GET', `/v1/inbox${query}`, null, token);
    const { entries, cursor, acknowledged } = inboxPageSchema.parse(answer.body);
    for (const entry of entries) office.see(entry);
    if (entries.length > 0) {
      after = cursor;
      continue;
    }
    const done = office.done(cursor);
    if (done > acknowledged)
      await callPlatform('POST', '/v1/inbox/acknowledgements', { cursor: done }, token);
    return;
  }
}

async function askAll(): Promise<void> {
  for (const { departmentId, token } of config.departments) {
    const office = offices.get(departmentId);
    if (office === undefined) continue;
    await ask(token, office).catch((error: unknown) => {
      console.error(`${departmentId} could not ask for its inbox: ${String(error)}`);
    });
  }
  systemClock.after(ASK_EVERY_MS, () => void askAll());
}

const server = createServer((request, response) => {
  void heard(request)
    .then((entry) => {
      const office = entry && offices.get(entry.departmentId);
      if (!entry || !office) {
        response.writeHead(401).end();
        return;
      }
      office.see(entry);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ cursor: entry.cursor }));
    })
    .catch(() => response.destroy());
});

/** Null: the platform did not say this. */
async function heard(request: IncomingMessage): Promise<InboxEntry | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // no encoding was set
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  const { method = '', url = '/', headers } = request;
  const body = Buffer.concat(chunks).toString('utf8');
  const isTrue = await isGenuine({ method, url: `http://${headers.host ?? ''}${url}`, headers, body });
  return isTrue ? inboxEntrySchema.parse(JSON.parse(body)) : null;
}

server.listen(config.port, config.host, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  process.stdout.write(`${JSON.stringify({ ready: { url: `http://${config.host}:${String(port)}` } })}\n`);
  void askAll();
});
for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => process.exit(0));

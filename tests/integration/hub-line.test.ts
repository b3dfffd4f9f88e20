import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lanSettingsSchema } from '#config/schema.ts';
import { stationCertificate } from '#door/lan/station-certificate.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { createHubLine } from '#terminal/tickets/members/hub-line.ts';
import type { HubLine } from '#terminal/tickets/members/tell-predecessor.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

/** A hub's door over TLS that answers each question with one status. */

let dataDir: string;
let status: number;
let server: Server;
let line: HubLine;

beforeEach(async () => {
  dataDir = newDataDir();
  const settings = lanSettingsSchema.parse({ names: ['127.0.0.1'] });
  const made = await stationCertificate(settings, { dataDir, clock: systemClock, randomBytes });
  if (!made.ok || made.value.authorityFile === null) throw new Error('no certificate was made');
  const { cert, key, authorityFile } = made.value;
  server = createServer({ cert, key }, (request, response) => {
    request.resume();
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a server that listens on TCP has one
  line = createHubLine({
    hub: { host: '127.0.0.1', port },
    authority: readFileSync(authorityFile, 'utf8'),
    terminal: '02',
    admission: () => 'x'.repeat(43),
    onAdmitted: () => undefined,
    onWaiting: () => undefined,
  });
});
afterEach(() => {
  line.close();
  server.closeAllConnections();
  server.close();
  removeDataDir(dataDir);
});

const TIMEOUT_MS = 10_000;

it.each([
  // Of another release, by which a member is not kept from giving out its own block.
  [400, 'queue.hub-lost', 'a question of another version'],
  [403, 'queue.hub-refuses', 'the door answers 403'],
  [503, 'queue.hub-refuses', 'the door answers 503'],
])(
  'a door that answers %d is %s to the member, of the queue and of the hall',
  async (answers, code, detail) => {
    status = answers;
    const known = { term: 1, hub: '01' };
    const place = { day: '2026-11-22', events: 0, digest: 'A'.repeat(22) };
    const asked = await line.ask(
      { terminal: '02', known, agreed: '', place, ask: { kind: 'follow', waitMs: 0 } },
      TIMEOUT_MS,
    );
    const attend = { kind: 'attend', terminal: '02', run: randomUUID(), turn: 0 } as const;
    const attended = await line.askHall(
      { ...attend, call: null, reply: null, heard: null },
      TIMEOUT_MS,
      new AbortController().signal,
    );
    expect([asked, attended]).toEqual([
      { ok: false, fault: { code, detail } },
      { ok: false, fault: { code, detail } },
    ]);
  },
);

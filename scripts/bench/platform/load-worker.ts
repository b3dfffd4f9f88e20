/** Makes the load, in a process of its own: signs everything first, says so, and sends when it is told to. */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { sampleContent, signedNow } from '../outbox/application.ts';
import { signerOf } from '../outbox/bench-platform.ts';
import { openLine } from './bare-line.ts';
import { loadOrderSchema, type LoadOrder } from './load-order.ts';
import { rawRow, storeRaw } from './raw-rows.ts';

const ITEM = 'elderly-allowance';
const CPU_US_PER_MS = 1000;
const item = loadCatalogue(catalogueDir).items.get(ITEM)?.item;
if (item === undefined) throw new Error(`the catalogue has no ${ITEM}`);
const elderlyAllowance = item;

/** By one of those who send at a time, from 0. */
type Sending = (sender: number) => Promise<number>;

process.once('message', (message) => {
  void prepare(loadOrderSchema.parse(message));
});

async function prepare(order: LoadOrder): Promise<void> {
  const cpuAtFirst = cpuMs();
  const works = order.urls === null ? rawWorks(order) : await signedWorks(order, order.urls);
  process.send?.({ is: 'ready', signingCpuMs: cpuMs() - cpuAtFirst });
  process.once('message', () => {
    void run(works, order.atATime).then((done) => process.send?.({ is: 'done', ...done }));
  });
  // Not before: what a connection's server has used is looked at while it is there.
  process.once('disconnect', () => {
    process.exit();
  });
}

async function run(works: readonly Sending[], atATime: number) {
  const eachMs: number[] = [];
  const refused: number[] = [];
  const cpuAtFirst = cpuMs();
  const startMs = performance.now();
  let next = 0;
  const sender = async (by: number): Promise<void> => {
    for (let work = works[next++]; work !== undefined; work = works[next++]) {
      const beganMs = performance.now();
      const status = await work(by);
      eachMs.push(performance.now() - beganMs);
      if (status !== 200) refused.push(status);
    }
  };
  await Promise.all(Array.from({ length: atATime }, (_, by) => sender(by)));
  return { ms: performance.now() - startMs, cpuMs: cpuMs() - cpuAtFirst, eachMs, refused };
}

async function signedWorks(order: LoadOrder, urls: readonly string[]): Promise<Sending[]> {
  const targets = urls.map((url) => ({ url, sign: signerOf({ url, key: order.key }) }));
  // One for each who sends, so that nothing waits for a line.
  const lines = await Promise.all(
    Array.from({ length: order.atATime }, (_, by) => openLine(new URL(urls[by % urls.length] ?? ''))),
  );
  const works: Sending[] = [];
  for (let n = 0; n < order.count; n += 1) {
    const { applicationId, submission } = application(order);
    const path = `/v1/applications/${applicationId}/revisions/1`;
    const body = Buffer.from(JSON.stringify(submission));
    const ready = await Promise.all(
      targets.map(async ({ url, sign }) => {
        const plain = { 'content-type': 'application/json' };
        const headers = await sign({ method: 'PUT', url: url + path, headers: plain, body });
        const all = { ...headers, host: new URL(url).host, 'content-length': String(body.length) };
        const lines = Object.entries(all).map(([name, value]) => `${name}: ${String(value)}\r\n`);
        return Buffer.concat([Buffer.from(`PUT ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
      }),
    );
    works.push(async (by) => {
      const [line, request] = [lines[by], ready[by % urls.length]];
      return line && request ? line.ask(request) : 0;
    });
  }
  return works;
}

function rawWorks(order: LoadOrder): Sending[] {
  const pool = new pg.Pool({ connectionString: order.databaseUrl, max: order.atATime });
  return Array.from({ length: order.count }, () => {
    const { applicationId, submission } = application(order);
    const row = rawRow(applicationId, submission, order.terminalId);
    return async () => {
      await storeRaw(pool, row);
      return 200;
    };
  });
}

function application(order: LoadOrder): { applicationId: string; submission: Submission } {
  const applicationId = uuidV7();
  const content = sampleContent();
  const payload = {
    formVersion: 3 as const,
    ...content,
    attachments: [],
    papers: [],
    signing: signedNow(applicationId, elderlyAllowance, content),
  };
  return {
    applicationId,
    submission: {
      terminalId: order.terminalId,
      stationId: order.stationId,
      receiptNo: String(randomBytes(6).readUIntBE(0, 6)).padStart(22, '9'),
      itemSlug: ITEM,
      itemCode: '11999901007000118L500051101200001',
      itemVersion: elderlyAllowance.version,
      language: 'zh',
      receivedAt: new Date().toISOString(),
      payloadSha256: createHash('sha256').update(canonicalJson(payload), 'utf8').digest('hex'),
      payload,
    },
  };
}

/** RFC 9562 §5.7: the time in front, so that rows come in the order of their keys, as they do from terminals. */
function uuidV7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / CPU_US_PER_MS;
}

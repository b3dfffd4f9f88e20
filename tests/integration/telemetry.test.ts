/** OpenTelemetry, over real sockets: a terminal and a node tell a collector how it goes, and nothing of a person; or nothing at all. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { catalogueDir } from '#platform/catalogue/load-catalogue.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { startPlatform } from '#platform/server.ts';
import { metricsOf, spansOf, startOtlpReceiver, wordsOf, type OtlpReceiver } from '#telemetry/for-tests.ts';
import { startTelemetry } from '#telemetry/telemetry.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { travelOf } from '#terminal/telemetry/travel.ts';
import { startHost } from '../support/host-process.ts';
import { platformCases } from '../support/platform-cases.ts';
import {
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  step,
  submit,
  until,
  untilReady,
  zhang,
} from '../support/terminal-under-test.ts';

const SOON = { timeout: 20_000, interval: 50 };
const DESK_TOKEN = 'desk-token-of-the-test';
/** Of the resident, or by which somebody finds the resident. */
const personal = [
  zhang.name,
  zhang.number,
  zhang.address,
  '张',
  '13800005678',
  '6222020000000000004',
  '和平路',
];

let receiver: OtlpReceiver;
let dataDir: string;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  dataDir = newDataDir();
});
afterEach(async () => {
  await receiver.close();
  removeDataDir(dataDir);
});

describe('told to a collector', () => {
  let postgres: TestPostgres;
  beforeEach(async () => {
    postgres = await startTestPostgres();
  });
  afterEach(() => postgres.close());

  test('an application travels in one trace from the touch to the database of the platform, and no byte is of its resident', async () => {
    const databaseUrl = await postgres.createDatabase();
    const nodeTelemetry = startTelemetry({
      endpoint: receiver.url,
      trusted: null,
      service: { name: 'yizhan-platform', version: '0.0.0-test', instance: 'node-1' },
      intervalMs: 100,
      clock: systemClock,
      randomBytes,
      onTrouble: () => undefined,
    });
    const platform = await startPlatform({
      databaseUrl,
      host: '127.0.0.1',
      port: 0,
      deskToken: DESK_TOKEN,
      clock: systemClock,
      catalogueDir,
      telemetry: nodeTelemetry,
    });
    const codeFile = join(dataDir, 'enrolment-code');
    writeFileSync(codeFile, await issueTestCode(databaseUrl, 'demo-01', '999901001', systemClock.now()));
    const under = startTerminalUnderTest({
      dataDir,
      platformUrl: platform.url,
      enrolmentCodeFile: codeFile,
      timeoutSeconds: 10,
      // Shorter than the configuration lets it be.
      bend: (config) => ({ ...config, telemetry: { endpoint: receiver.url, intervalSeconds: 0.1 } }),
    });
    const metrics = () => new Set(metricsOf(receiver).map(({ name }) => name));
    // Both are loaded: what comes before is not told.
    await expect.poll(() => metrics().has('yizhan.outbox.depth'), SOON).toBe(true);
    await expect.poll(() => metrics().has('db.client.connection.count'), SOON).toBe(true);
    await untilReady(under);
    const receiptNo = await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
    const at = step(under);
    under.host.setState('printer', { state: 'attention', identity: 'SIM', needs: ['paper-out'] });
    under.terminal.kiosk.visits.end('finished');
    // What is left is told at the end.
    await under.close();
    const cases = await platformCases({ url: platform.url, deskToken: DESK_TOKEN });
    await platform.close();

    const [stored] = cases;
    if (stored === undefined || at.kind !== 'received') throw new Error('the application did not arrive');
    const { traceId, spanId } = travelOf({ applicationId: stored.applicationId, revision: 1 });
    const spans = spansOf(receiver).filter((span) => span.traceId === traceId);
    const named = (name: string, kind: number) =>
      spans.find((span) => span.name === name && span.kind === kind);
    const route = 'PUT /v1/applications/{applicationId}/revisions/{revision}';
    const [internal, server, client] = [1, 2, 3];
    const forward = named(route, client);
    const accept = named(route, server);
    expect(named('application.receive', internal)).toMatchObject({ spanId, status: { code: 0 } });
    expect(named('COMMIT', client)?.parentSpanId).toBe(spanId);
    expect(forward?.parentSpanId).toBe(spanId);
    expect(accept?.parentSpanId).toBe(forward?.spanId);
    expect(named('INSERT application', client)?.parentSpanId).toBe(accept?.spanId);
    expect(spans).toHaveLength(5);
    expect(wordsOf(accept ?? {})).toContain('http.response.status_code=200');

    const told = metrics();
    for (const name of [
      'yizhan.applications.received',
      'yizhan.applications.acknowledged',
      'yizhan.forward.attempts',
      'yizhan.device.faults',
      'yizhan.terminal.crashes',
      'nodejs.eventloop.delay.p99',
      'db.client.operation.duration',
      'http.server.request.duration',
    ])
      expect([...told]).toContain(name);
    const faults = metricsOf(receiver).find(({ name }) => name === 'yizhan.device.faults');
    expect(faults?.points.flatMap(wordsOf)).toEqual(
      expect.arrayContaining(['error.type=paper-out', 'yizhan.device.kind=receipt-printer']),
    );

    const bytes = Buffer.concat(receiver.received.map(({ body }) => body));
    // As it is, and as JSON may write it.
    const text =
      bytes.toString('utf8') +
      JSON.stringify(receiver.received.map(({ body }): unknown => JSON.parse(body.toString())));
    const hidden = [
      ...personal,
      receiptNo,
      stored.caseNo,
      stored.applicationId,
      stored.applicationId.replaceAll('-', ''),
    ];
    for (const value of hidden) expect(value !== undefined && !text.includes(value), value).toBe(true);
    // They did travel to the platform: otherwise their absence would prove nothing.
    expect(JSON.stringify(cases)).toContain(stored.caseNo);
    expect(bytes.length).toBeGreaterThan(10_000);
  });
});

/** The real host, with a file in which it names each module that it loads. */
async function modulesOf(telemetry: { endpoint: string; intervalSeconds: number } | null): Promise<string[]> {
  const config = join(dataDir, 'terminal.yaml');
  const file = parse(
    demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' }),
  ) as object;
  writeFileSync(config, stringify({ ...file, telemetry }));
  const loaded = join(dataDir, `loaded-${String(telemetry !== null)}`);
  writeFileSync(loaded, '');
  const host = await startHost({
    config,
    dataDir: join(dataDir, 'data'),
    env: {
      NODE_OPTIONS: `--import ${fileURLToPath(new URL('../support/note-modules.ts', import.meta.url))}`,
      YIZHAN_NOTED_MODULES: loaded,
      // The standard's own, which is for the platform.
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    },
  });
  expect(await host.stop()).toBe(0);
  return readFileSync(loaded, 'utf8').split('\n');
}

test('off, a terminal loads no module of OpenTelemetry and tells nobody; on, it does both', async () => {
  const off = await modulesOf(null);
  expect(off.some((url) => url.includes('/terminal.ts'))).toBe(true);
  expect(off.filter((url) => url.includes('opentelemetry') || url.includes('telemetry/sdk'))).toEqual([]);
  expect(receiver.received).toEqual([]);
  const on = await modulesOf({ endpoint: receiver.url, intervalSeconds: 10 });
  expect(on.some((url) => url.includes('@opentelemetry/sdk-metrics'))).toBe(true);
  // At its end, since that came before the first ten seconds.
  expect(metricsOf(receiver).map(({ name }) => name)).toContain('process.uptime');
});

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import type { OpenSpan, SpanKey, Telemetry, TelemetryAttributes, TraceIds } from '#contract/telemetry.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { coreConfig, coreItem, startTerminalCore, submitTo } from '../../../tests/support/terminal-core.ts';
import type { PlatformClient, WholePlatformClient } from '../outbox/platform-client.ts';
import { toldClient } from './told-forwarding.ts';
import { travelOf } from './travel.ts';

const key = { applicationId: '01995b00-0000-7000-8000-000000000001', revision: 1 };

/** Writes down what it is told. */
class NotedTelemetry implements Telemetry {
  readonly counted: [string, TelemetryAttributes][] = [];
  readonly spans: { span: SpanKey; ids: TraceIds | null; attributes: TelemetryAttributes }[] = [];
  commits = 0;
  add(counter: string, attributes: TelemetryAttributes): void {
    this.counted.push([counter, attributes]);
  }
  record(): void {
    this.commits += 1;
  }
  watch(): () => void {
    return () => undefined;
  }
  begin(span: SpanKey, place: { root: TraceIds } | { under: TraceIds }): OpenSpan {
    const ids = 'root' in place ? place.root : place.under;
    return {
      traceparent: 'the header',
      begin: (child) => this.begin(child, { under: ids }),
      end: (attributes) => this.spans.push({ span, ids, attributes }),
    };
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

let dataDir: string;
let telemetry: NotedTelemetry;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-told-'));
  telemetry = new NotedTelemetry();
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

test('the trace of an application is the one that the page of operations finds, and another for each revision', () => {
  // printf 'yizhan-trace-1\n%s/%s' 01995b00-0000-7000-8000-000000000001 1 | sha256sum | cut -c1-32
  expect(travelOf(key)).toEqual({ traceId: '3809a0b446915f9e66dd20ff82d4b3a9', spanId: 'b6d683093e93885c' });
  expect(travelOf({ ...key, revision: 2 }).traceId).not.toBe(travelOf(key).traceId);
});

test('a second touch is the same application: counted once, and traced as one that needed no commit', async () => {
  const core = startTerminalCore({
    dataDir,
    config: coreConfig(1),
    masterKey: randomBytes(32),
    clock: new SimulatedClock(),
    random: () => 0.5,
    randomBytes,
    // Nothing is claimed below.
    client: {} as PlatformClient,
    payloadRetentionMs: 0,
    backoff: { baseMs: 1, capMs: 1 },
    telemetry,
    bend: (outbox) => ({ ...outbox, claim: () => ok(null), nextDueMs: () => null }),
  });
  const applicationId = core.newId();
  const first = await submitTo(core, coreItem(), applicationId, 'first');
  const second = await submitTo(core, coreItem(), applicationId, 'second');
  expect(second).toEqual(first);
  expect(telemetry.counted).toEqual([['yizhan.applications.received', {}]]);
  expect(telemetry.spans.map(({ span, ids }) => [span, ids])).toEqual([
    ['commit', travelOf({ applicationId, revision: 1 })],
    ['receive', travelOf({ applicationId, revision: 1 })],
    ['receive', travelOf({ applicationId, revision: 1 })],
  ]);
  expect(telemetry.commits).toBeGreaterThan(0);
  core.store.close();
  // A store that is closed takes nothing: said as a fault, and counted as nothing.
  await submitTo(core, coreItem(), core.newId(), 'third').catch(() => undefined);
  expect(telemetry.counted).toHaveLength(1);
});

test('a try that fails says why, with what the platform answered, and goes on in the same trace the next time', async () => {
  const headers: (string | undefined)[] = [];
  const answers = [
    err({ ...fault('platform.busy'), status: 503 }),
    err(fault('platform.timeout')),
    ok({ ...key, caseNo: 'c', status: '02' as const, receivedAt: '', payloadSha256: '' }),
  ];
  const client = toldClient(
    {
      submit: (_key: unknown, _submission: unknown, traceparent?: string) => {
        headers.push(traceparent);
        return Promise.resolve(answers.shift());
      },
    } as unknown as WholePlatformClient, // Nothing else of it is called.
    telemetry,
  );
  const submission = {} as Parameters<typeof client.submit>[1];
  for (let tries = 0; tries < 3; tries += 1) await client.submit(key, submission);
  expect(headers).toEqual(['the header', 'the header', 'the header']);
  const said = { 'http.request.method': 'PUT', 'url.template': expect.any(String) };
  expect(telemetry.spans).toEqual([
    {
      span: 'forward',
      ids: travelOf(key),
      attributes: { ...said, 'error.type': 'platform.busy', 'http.response.status_code': 503 },
    },
    { span: 'forward', ids: travelOf(key), attributes: { ...said, 'error.type': 'platform.timeout' } },
    { span: 'forward', ids: travelOf(key), attributes: said },
  ]);
  expect(telemetry.counted.map(([, attributes]) => attributes)).toEqual([
    { 'yizhan.outcome': 'failed', 'error.type': 'platform.busy' },
    { 'yizhan.outcome': 'failed', 'error.type': 'platform.timeout' },
    { 'yizhan.outcome': 'acknowledged' },
  ]);
});

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  readTraceparent,
  telemetryAttributes,
  telemetryMetrics,
  type Telemetry,
} from '#contract/telemetry.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { metricsOf, spansOf, startOtlpReceiver, wordsOf, type OtlpReceiver } from './for-tests.ts';
import { allowed, startSdk, telemetryLimits } from './sdk.ts';

const INTERVAL_MS = 60_000;
const SOON = { timeout: 20_000, interval: 10 };

/** Knows how often the next telling was put off until its time: the one before is over then. */
class WatchedClock extends SimulatedClock {
  tellings = 0;
  override after(delayMs: number, callback: () => void): () => void {
    if (delayMs === INTERVAL_MS) this.tellings += 1;
    return super.after(delayMs, callback);
  }
}

let receiver: OtlpReceiver;
let clock: WatchedClock;
let telemetry: Telemetry;
let troubles: (string | null)[];
let randomAsked: number[];

function start(endpoint: string): Telemetry {
  clock = new WatchedClock();
  troubles = [];
  randomAsked = [];
  return startSdk({
    endpoint,
    trusted: null,
    service: { name: 'yizhan-terminal', version: '1.2.3', instance: 'demo-01' },
    intervalMs: INTERVAL_MS,
    clock,
    randomBytes: (byteCount) => {
      randomAsked.push(byteCount);
      return randomBytes(byteCount);
    },
    onTrouble: (why) => troubles.push(why),
  });
}

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  telemetry = start(`${receiver.url}/`);
});
afterEach(async () => {
  // First: a telling that hangs is given up by the end of its connection.
  await receiver.close();
  await telemetry.close();
});

/** Until the telling that is due now is over. */
async function tell(): Promise<void> {
  const before = clock.tellings;
  await clock.advance(INTERVAL_MS);
  await expect.poll(() => clock.tellings, SOON).toBe(before + 1);
}

const root = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const valueOf = (name: string): unknown => {
  const [point] = metricsOf(receiver).findLast((metric) => metric.name === name)?.points ?? [];
  return point?.asDouble ?? Number(point?.asInt);
};

describe('what is told', () => {
  test('is OTLP in JSON: sums since the start, figures of the moment, spans with their parents', async () => {
    telemetry.add('yizhan.forward.attempts', {
      'yizhan.outcome': 'failed',
      'error.type': 'platform.timeout',
    });
    telemetry.record('db.client.operation.duration', 0.004, { 'db.system.name': 'sqlite' });
    telemetry.watch('yizhan.outbox.depth', () => [
      { value: 7, attributes: { 'yizhan.outbox.state': 'waiting' } },
    ]);
    const receive = telemetry.begin('receive', { root });
    telemetry
      .begin('forward', { under: root }, clock.now() + 5)
      ?.end({ 'error.type': 'platform.timeout' }, clock.now() + 9);
    receive?.end({});
    await tell();
    telemetry.add('yizhan.forward.attempts', {
      'yizhan.outcome': 'failed',
      'error.type': 'platform.timeout',
    });
    await tell();

    expect(receiver.received.map(({ path }) => path)).toEqual(['/v1/metrics', '/v1/traces', '/v1/metrics']);
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json');
    const attempts = metricsOf(receiver).filter(({ name }) => name === 'yizhan.forward.attempts');
    expect(attempts.map(({ points }) => points.map(({ asDouble }) => asDouble))).toEqual([[1], [2]]);
    expect(wordsOf(attempts[0]?.points[0] ?? {})).toEqual([
      'error.type=platform.timeout',
      'yizhan.outcome=failed',
    ]);
    expect(valueOf('yizhan.outbox.depth')).toBe(7);
    const [forward, received] = spansOf(receiver);
    expect(forward).toMatchObject({
      traceId: root.traceId,
      parentSpanId: root.spanId,
      kind: 3,
      status: { code: 2 },
    });
    expect(Number(forward?.endTimeUnixNano) - Number(forward?.startTimeUnixNano)).toBe(4e6);
    expect(received).toMatchObject({ ...root, name: 'application.receive', kind: 1 });
    expect(received?.parentSpanId).toBeUndefined();
    const told = new Set(metricsOf(receiver).map(({ name }) => name));
    expect([...told].filter((name) => !(name in telemetryMetrics))).toEqual([]);
    expect(JSON.parse(receiver.received[0]?.body.toString() ?? '')).toMatchObject({
      resourceMetrics: [
        {
          resource: {
            attributes: [
              { key: 'service.namespace', value: { stringValue: 'yizhan' } },
              { key: 'service.name', value: { stringValue: 'yizhan-terminal' } },
              { key: 'service.version', value: { stringValue: '1.2.3' } },
              { key: 'service.instance.id', value: { stringValue: 'demo-01' } },
            ],
          },
        },
      ],
    });
  });

  test('is nothing that the contract does not name, whatever is handed in', () => {
    const personal = fc.oneof(fc.string(), fc.constantFrom('张建国', '999901194503120014', '13800005678'));
    const keys = fc.oneof(fc.constantFrom(...Object.keys(telemetryAttributes)), fc.string());
    fc.assert(
      fc.property(fc.dictionary(keys, fc.oneof(personal, fc.double(), fc.anything())), (given) => {
        for (const [key, value] of Object.entries(allowed(given))) {
          const rule: unknown = telemetryAttributes[key as keyof typeof telemetryAttributes];
          if (rule === 'status')
            expect(value).toSatisfy((status) => Number.isInteger(status) && Number(status) < 600);
          else expect(rule).toContain(value);
        }
      }),
    );
    expect(allowed({ 'error.type': 'platform.timeout', 'http.response.status_code': 503 })).toEqual({
      'error.type': 'platform.timeout',
      'http.response.status_code': 503,
    });
  });

  test('is not told by a figure whose owner is in trouble, and by no figure that nobody watches any more', async () => {
    telemetry.watch('yizhan.outbox.oldest_age', () => {
      throw new Error('the store is broken');
    });
    telemetry.watch('yizhan.outbox.depth', () => [{ value: 3 }])();
    await tell();
    expect(valueOf('process.uptime')).toBe(60);
    const told = metricsOf(receiver).filter(({ points }) => points.length > 0);
    expect(told.map(({ name }) => name)).not.toContain('yizhan.outbox.oldest_age');
    expect(told.map(({ name }) => name)).not.toContain('yizhan.outbox.depth');
  });

  test('is noted until then: whoever writes it down makes nothing for it, and all of it is told', async () => {
    const spans = 300;
    const asked = randomAsked.length;
    for (let span = 0; span < spans; span += 1) telemetry.begin('commit', { under: root })?.end({});
    expect(randomAsked).toHaveLength(asked);
    const counts = 2 * telemetryLimits.measuredWaiting + 3;
    for (let count = 0; count < counts; count += 1) telemetry.add('yizhan.applications.received', {});
    for (let count = 0; count < counts; count += 1)
      telemetry.record('db.client.operation.duration', 0.004, { 'db.system.name': 'sqlite' });
    await tell();
    expect(new Set(spansOf(receiver).map(({ spanId }) => spanId)).size).toBe(spans);
    expect(spansOf(receiver).every(({ parentSpanId }) => parentSpanId === root.spanId)).toBe(true);
    expect(valueOf('yizhan.applications.received')).toBe(counts);
    const [durations] =
      metricsOf(receiver).find(({ name }) => name === 'db.client.operation.duration')?.points ?? [];
    expect(durations?.count).toBe(counts);
  });

  test('is one span a span: the header names the one that is told, its children too, and an end is the end', async () => {
    const forward = telemetry.begin('forward', { under: root });
    const header = readTraceparent(forward?.traceparent);
    forward?.begin('store').end({});
    forward?.end({});
    forward?.end({ 'error.type': 'platform.timeout' });
    await tell();
    const [store, told] = spansOf(receiver);
    expect(spansOf(receiver)).toHaveLength(2);
    expect(told).toMatchObject({ ...header, parentSpanId: root.spanId, status: { code: 0 } });
    expect(store).toMatchObject({ traceId: root.traceId, parentSpanId: header?.spanId });
    expect(header?.spanId).not.toBe(store?.spanId);
  });

  test('is told at the next time when it comes during a telling: a busy terminal does not tell without end', async () => {
    receiver.onRequest = (path, response) => {
      if (path === '/v1/traces') telemetry.begin('receive', { root })?.end({});
      response.writeHead(200).end('{}');
    };
    telemetry.begin('receive', { root })?.end({});
    await tell();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/v1/metrics', '/v1/traces']);
    await tell();
    expect(spansOf(receiver)).toHaveLength(2);
  });

  test('is told once more at the end', async () => {
    telemetry.begin('receive', { root })?.end({});
    await telemetry.close();
    expect(spansOf(receiver)).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a collector that is not as it should be costs nothing', () => {
  test('dead: said once an hour, the queue keeps its bound, and what came on top is counted', async () => {
    await telemetry.close();
    const gone = await startOtlpReceiver();
    await gone.close();
    telemetry = start(gone.url);
    for (let span = 0; span < telemetryLimits.spansWaiting + 100; span += 1)
      telemetry.begin('receive', { root })?.end({});
    for (let minute = 0; minute < 59; minute += 1) await tell();
    expect(troubles).toEqual(['ECONNREFUSED']);
    for (let minute = 0; minute < 5; minute += 1) await tell();
    expect(troubles).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  });

  test('back again: it is told what still waits, and that there was more', async () => {
    receiver.onRequest = (_path, response) => response.writeHead(503).end();
    for (let span = 0; span < telemetryLimits.spansWaiting + 100; span += 1)
      telemetry.begin('receive', { root })?.end({});
    await tell();
    expect(spansOf(receiver)).toEqual([]);
    receiver.onRequest = null;
    await tell();
    expect(spansOf(receiver)).toHaveLength(telemetryLimits.spansWaiting);
    expect(valueOf('yizhan.telemetry.dropped')).toBe(100);
    expect(troubles).toEqual(['HTTP 503', null]);
  });

  test('that takes no metrics gets its spans all the same', async () => {
    receiver.onRequest = (path, response) => response.writeHead(path === '/v1/metrics' ? 404 : 200).end();
    telemetry.begin('receive', { root })?.end({});
    await tell();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/v1/metrics', '/v1/traces']);
    expect(troubles).toEqual(['HTTP 404']);
  });

  test('that refuses spans gets the same ones not again', async () => {
    receiver.onRequest = (path, response) => response.writeHead(path === '/v1/traces' ? 400 : 200).end();
    telemetry.begin('receive', { root })?.end({});
    await tell();
    receiver.onRequest = null;
    await tell();
    expect(spansOf(receiver)).toHaveLength(1);
    expect(valueOf('yizhan.telemetry.dropped')).toBe(1);
  });

  test('that never answers is given up after ten seconds, and after one at the end', async () => {
    receiver.onRequest = () => undefined;
    await clock.advance(INTERVAL_MS);
    await expect.poll(() => receiver.received.length, SOON).toBe(1);
    const before = clock.tellings;
    await clock.advance(telemetryLimits.tellingMs);
    await expect.poll(() => clock.tellings, SOON).toBe(before + 1);
    expect(troubles).toEqual(['no answer in time']);
    const closing = telemetry.close();
    await expect.poll(() => receiver.received.length, SOON).toBe(2);
    await clock.advance(telemetryLimits.closingMs);
    await closing;
  });

  test('that is asked just now when the end comes does not hold it up', async () => {
    receiver.onRequest = () => undefined;
    await clock.advance(INTERVAL_MS);
    await expect.poll(() => receiver.received.length, SOON).toBe(1);
    receiver.onRequest = null;
    // Not a tick of the clock.
    await telemetry.close();
    expect(receiver.received).toHaveLength(2);
  });

  test('that answers without end is cut off, and asked again', async () => {
    let isCut = 0;
    receiver.onRequest = (_path, response) => {
      response.writeHead(200);
      response.once('close', () => {
        isCut += 1;
      });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    };
    await tell();
    await expect.poll(() => isCut, SOON).toBe(1);
    await tell();
    await expect.poll(() => isCut, SOON).toBe(2);
    expect(troubles).toEqual([]);
  });

  test('that sends elsewhere is not followed', async () => {
    const elsewhere = await startOtlpReceiver();
    receiver.onRequest = (path, response) =>
      response.writeHead(307, { location: `${elsewhere.url}${path}` }).end();
    await tell();
    expect(elsewhere.received).toEqual([]);
    expect(troubles).toEqual(['HTTP 307']);
    await elsewhere.close();
  });

  test('whose header is longer than any', async () => {
    receiver.onRequest = (_path, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(15_000), 'x-longer': 'x'.repeat(15_000) }).end();
    };
    await tell();
    expect(troubles).toEqual([expect.stringMatching(/^UND_ERR/)]);
  });
});

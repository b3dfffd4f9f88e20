import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { createAudit } from '../audit/audit.ts';
import type { LogLine } from '../log.ts';
import { openKeyRing, type KeyRing, type KeyRingPorts } from './key-ring.ts';
import { keyRotationDelays, startKeyRotation } from './key-rotation.ts';
import { bindings } from './sealed-columns.ts';
import { openStore, type Store } from './store.ts';
import { suites } from './suites.ts';

const DAY_MS = 86_400_000;

let dataDir: string;
let store: Store;
let clock: SimulatedClock;
const masterKey = randomBytes(32);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-ring-'));
  clock = new SimulatedClock();
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function open(): Store {
  return expectValue(openStore(dataDir));
}

function ringWith(ports: Partial<KeyRingPorts>): ReturnType<typeof openKeyRing> {
  return openKeyRing({ store, masterKey, suite: 'aes-256-gcm', randomBytes, clock, ...ports });
}

function ringOf(ports: Partial<KeyRingPorts>): KeyRing {
  return expectValue(ringWith(ports));
}

function addRow(ring: KeyRing, id: string, text: string): void {
  store
    .sql(
      `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, ?, 'item', '1', 'card', 1, '')`,
    )
    .run(id, id);
  store
    .sql(
      `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
       VALUES (?, 1, 'waiting', ?, ?, 'x', 1)`,
    )
    .run(id, ring.sealer.seal(Buffer.from(text), bindings.outbox(id, 1)), ring.sealer.keyId);
}

function readRow(ring: KeyRing, id: string): { text: string | null; keyId: string } {
  const row = store.sql('SELECT sealed_submission, key_id FROM outbox WHERE application_id = ?').get(id);
  const sealed = row?.['sealed_submission'];
  if (!(sealed instanceof Uint8Array)) throw new Error('no row');
  const keyId = String(row?.['key_id']);
  const plain = ring.sealer.unseal(sealed, keyId, bindings.outbox(id, 1));
  return { text: plain.ok ? Buffer.from(plain.value).toString() : null, keyId };
}

function resealAll(ring: KeyRing): { moved: number; stuck: number } {
  const total = { moved: 0, stuck: 0 };
  for (;;) {
    const step = ring.reseal(3);
    if (!step.ok) throw new Error(step.fault.code);
    total.moved += step.value.moved;
    total.stuck += step.value.stuck;
    if (step.value.done) return total;
  }
}

describe('the key ring', () => {
  it('finds its keys again with the same master key, and refuses every other', () => {
    const ring = ringOf({});
    addRow(ring, 'a', 'secret');
    expect(readRow(ringOf({}), 'a')).toEqual({ text: 'secret', keyId: 'k1' });
    expect(ringWith({ masterKey: randomBytes(32) })).toMatchObject({
      ok: false,
      fault: { code: 'store.key-missing' },
    });
  });

  it('never lies in the database as it is', () => {
    const key: Buffer[] = [];
    ringOf({
      randomBytes: (count) => {
        const bytes = randomBytes(count);
        if (count === suites['aes-256-gcm'].keyBytes) key.push(bytes);
        return bytes;
      },
    });
    const sealed = store.sql('SELECT sealed_key FROM data_key').get()?.['sealed_key'];
    if (!(sealed instanceof Uint8Array) || key[0] === undefined) throw new Error('no key');
    expect(Buffer.from(sealed).includes(key[0])).toBe(false);
    expect(Buffer.from(sealed).includes(masterKey)).toBe(false);
  });

  it('opens what the first release sealed with the master key itself', () => {
    const id = 'old';
    const sealed = suites['aes-256-gcm'].seal(
      masterKey,
      Buffer.from('secret'),
      `k1|${bindings.outbox(id, 1)}`,
      randomBytes,
    );
    store
      .sql(
        `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, ?, 'item', '1', 'card', 1, '')`,
      )
      .run(id, id);
    store
      .sql(
        `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
         VALUES (?, 1, 'waiting', ?, 'k1', 'x', 1)`,
      )
      .run(id, sealed);
    const ring = ringOf({});
    expect(readRow(ring, id)).toEqual({ text: 'secret', keyId: 'k1' });
    ring.rotate();
    resealAll(ring);
    expect(readRow(ring, id)).toEqual({ text: 'secret', keyId: 'k2' });
  });

  it('keeps every row open at each step of a rotation, and destroys a key only when nothing needs it', () => {
    const ring = ringOf({});
    for (let row = 0; row < 10; row += 1) addRow(ring, `row-${row}`, `secret ${row}`);
    expect(ring.rotate()).toEqual({ ok: true, value: 'k2' });
    addRow(ring, 'new', 'newer');
    expect(readRow(ring, 'new').keyId).toBe('k2');
    for (let step = 0; step < 2; step += 1) {
      ring.reseal(3);
      expect(ring.retire()).toEqual({ ok: true, value: [] });
      // As after a restart in the middle.
      const again = ringOf({});
      for (let row = 0; row < 10; row += 1) expect(readRow(again, `row-${row}`).text).toBe(`secret ${row}`);
    }
    expect(resealAll(ring)).toEqual({ moved: 4, stuck: 0 });
    expect(ring.retire()).toEqual({ ok: true, value: ['k1'] });
    const last = ringOf({});
    for (let row = 0; row < 10; row += 1) {
      expect(readRow(last, `row-${row}`)).toEqual({ text: `secret ${row}`, keyId: 'k2' });
    }
    expect(store.sql('SELECT count(*) AS n FROM data_key').get()).toEqual({ n: 1 });
  });

  it('finds every row of a long table, also those that are sealed while it walks', () => {
    const ring = ringOf({});
    for (let row = 0; row < 450; row += 1) addRow(ring, `row-${row}`, 'secret');
    ring.rotate();
    let moved = 0;
    for (let isDone = false; !isDone;) {
      const step = ring.reseal(30);
      if (!step.ok) throw new Error(step.fault.code);
      expect(step.value.moved).toBeLessThanOrEqual(30);
      moved += step.value.moved;
      isDone = step.value.done;
      addRow(ring, `newer-${moved}-${store.sql('SELECT count(*) AS n FROM outbox').get()?.['n']}`, 'newer');
    }
    expect(moved).toBe(450);
    expect(store.sql('SELECT DISTINCT key_id FROM outbox').all()).toEqual([{ key_id: 'k2' }]);
    expect(ring.retire()).toEqual({ ok: true, value: ['k1'] });
    // With one key there is nothing to be walked along.
    expect(ring.reseal(30)).toEqual({ ok: true, value: { moved: 0, stuck: 0, done: true } });
  });

  it('destroys no key on the word of a walk that was made before the last exchange', () => {
    const ring = ringOf({});
    addRow(ring, 'a', 'secret');
    ring.rotate();
    resealAll(ring);
    addRow(ring, 'b', 'secret');
    ring.rotate();
    expect(ring.retire()).toEqual({ ok: true, value: [] });
    resealAll(ring);
    expect(ring.retire()).toEqual({ ok: true, value: ['k1', 'k2'] });
    expect(readRow(ring, 'b')).toEqual({ text: 'secret', keyId: 'k3' });
  });

  it('moves rows from AES to SM4 when the district asks for it', () => {
    addRow(ringOf({}), 'a', 'secret');
    const ring = ringOf({ suite: 'sm4-cbc-hmac-sm3' });
    ring.rotate();
    resealAll(ring);
    expect(readRow(ringOf({ suite: 'sm4-cbc-hmac-sm3' }), 'a')).toEqual({ text: 'secret', keyId: 'k2' });
    expect(store.sql("SELECT suite FROM data_key WHERE key_id = 'k2'").get()).toEqual({
      suite: 'sm4-cbc-hmac-sm3',
    });
  });

  it('leaves a row that does not open with its key, and the key with the row', () => {
    const ring = ringOf({});
    addRow(ring, 'good', 'secret');
    addRow(ring, 'torn', 'secret');
    store.sql("UPDATE outbox SET sealed_submission = zeroblob(60) WHERE application_id = 'torn'").run();
    ring.rotate();
    expect(resealAll(ring)).toEqual({ moved: 1, stuck: 1 });
    expect(ring.retire()).toEqual({ ok: true, value: [] });
    expect(readRow(ring, 'good').keyId).toBe('k2');
    expect(readRow(ring, 'torn').keyId).toBe('k1');
  });
});

describe('a rotation by itself', () => {
  const log: LogLine[] = [];

  function start(ring: KeyRing): { stop: () => void } {
    return startKeyRotation({
      ring,
      store,
      audit: createAudit(store, clock),
      clock,
      log: (line) => log.push(line),
      rotateEveryMs: 90 * DAY_MS,
    });
  }

  it('waits for its day, and leaves one key behind and two audit rows', async () => {
    const ring = ringOf({});
    for (let row = 0; row < 120; row += 1) addRow(ring, `row-${row}`, 'secret');
    const rotation = start(ring);
    await clock.advance(89 * DAY_MS);
    expect(ring.sealer.keyId).toBe('k1');
    await clock.advance(DAY_MS + keyRotationDelays.lookEveryMs);
    expect(ring.sealer.keyId).toBe('k2');
    expect(store.sql('SELECT DISTINCT key_id FROM outbox').all()).toEqual([{ key_id: 'k2' }]);
    expect(store.sql('SELECT key_id FROM data_key').all()).toEqual([{ key_id: 'k2' }]);
    expect(store.sql('SELECT event, detail FROM audit').all()).toEqual([
      { event: 'key.rotated', detail: 'k2' },
      { event: 'key.retired', detail: 'k1' },
    ]);
    rotation.stop();
  });

  it('that a restart interrupted is gone on with', async () => {
    const ring = ringOf({});
    for (let row = 0; row < 10; row += 1) addRow(ring, `row-${row}`, 'secret');
    ring.rotate();
    ring.reseal(3);
    const again = ringOf({});
    const rotation = start(again);
    await clock.advance(60_000);
    expect(store.sql('SELECT key_id FROM data_key').all()).toEqual([{ key_id: 'k2' }]);
    expect(readRow(again, 'row-9')).toEqual({ text: 'secret', keyId: 'k2' });
    rotation.stop();
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createAudit } from '../audit/audit.ts';
import { openKeyRing } from '../store/key-ring.ts';
import { openStore, type Store } from '../store/store.ts';
import { createOutbox, type Claimed, type Outbox } from './outbox.ts';

const LEASE_MS = 30_000;
const APPLICATION = '01995b00-0000-7000-8000-000000000001';

let dataDir: string;
let store: Store;
let outbox: Outbox;
let clock: SimulatedClock;
let sha256: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-lease-'));
  clock = new SimulatedClock();
  const opened = openStore(dataDir);
  if (!opened.ok) throw new Error(opened.fault.detail);
  store = opened.value;
  const ring = openKeyRing({
    store,
    masterKey: randomBytes(32),
    suite: 'aes-256-gcm',
    randomBytes,
    clock,
  });
  if (!ring.ok) throw new Error(ring.fault.code);
  outbox = createOutbox({
    store,
    sealer: ring.value.sealer,
    audit: createAudit(store, clock),
    clock,
    payloadRetentionMs: 0,
    longestWaitMs: 86_400_000,
  });
  receive();
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function receive(): void {
  const prepared = outbox.attachments.prepare(APPLICATION, [
    { subject: { kind: 'signature' }, mediaType: 'image/png', bytes: Buffer.from('drawn') },
  ]);
  if (!prepared.ok) throw new Error(prepared.fault.code);
  sha256 = prepared.value.described[0]?.sha256 ?? '';
  const payloadSha256 = '0'.repeat(64);
  const stored = store.transaction(() => {
    store
      .sql(
        `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, '1', 'item', '1', 'card', 1, '')`,
      )
      .run(APPLICATION);
    outbox.attachments.add(APPLICATION, prepared.value);
    outbox.add({
      applicationId: APPLICATION,
      revision: 1,
      submission: {
        terminalId: 'T-01',
        stationId: '999901001',
        receiptNo: '9999010012611220100010',
        itemSlug: 'elderly-allowance',
        itemCode: 'code',
        itemVersion: '1',
        language: 'zh',
        receivedAt: '2026-11-21T17:29:30.000Z',
        payloadSha256,
        payload: {
          formVersion: 2,
          answers: {},
          consents: [],
          identitySource: 'card',
          attachments: [...prepared.value.described],
        },
      },
    });
  });
  if (!stored.ok) throw new Error(stored.fault.detail);
}

function claim(): Claimed | null {
  const claimed = outbox.claim(LEASE_MS);
  if (!claimed.ok) throw new Error(claimed.fault.detail);
  return claimed.value;
}

function claimed(): Claimed {
  const row = claim();
  if (row === null) throw new Error('nothing is due');
  return row;
}

const arrived = (row: Claimed, receivedBytes: number, isComplete: boolean) =>
  outbox.attachmentArrived(row, sha256, { receivedBytes, isComplete }, LEASE_MS);

it('a long upload keeps its lease, chunk by chunk', async () => {
  const row = claimed();
  for (let chunk = 1; chunk <= 4; chunk += 1) {
    await clock.advance(LEASE_MS - 1);
    expect(arrived(row, chunk, false)).toEqual({ ok: true, value: true });
    expect(claim()).toBeNull();
  }
  await clock.advance(LEASE_MS);
  expect(claim()).not.toBeNull();
});

it('a sender whose lease ended is told so, and what it says of its progress counts for nothing', async () => {
  const slow = claimed();
  await clock.advance(LEASE_MS);
  const next = claimed();
  expect(arrived(slow, 5, true)).toEqual({ ok: true, value: false });
  expect(outbox.attachments.isSent(APPLICATION, sha256)).toBe(false);
  expect(arrived(next, 5, true)).toEqual({ ok: true, value: true });
  expect(outbox.attachments.isSent(APPLICATION, sha256)).toBe(true);
});

it('what the platform lacks after all is sent anew', () => {
  arrived(claimed(), 5, true);
  expect(outbox.attachments.notThere(APPLICATION, [sha256])).toMatchObject({ ok: true });
  expect(outbox.attachments.isSent(APPLICATION, sha256)).toBe(false);
});

it('a sender whose lease ended does not settle the row of the one who has it now', async () => {
  const slow = claimed();
  await clock.advance(LEASE_MS);
  const next = claimed();
  // The platform was too busy for the slow one: nothing of his arrived. Of the other's nobody knows yet.
  expect(outbox.postpone(slow, 'platform.busy', clock.now(), false)).toMatchObject({ ok: true });
  expect(claim()).toBeNull();
  expect(outbox.park(slow, 'rejected', 'platform.rejected', null)).toMatchObject({ ok: true });
  expect(outbox.counts()).toEqual({ waiting: 1, parked: 0 });
  expect([outbox.holds(slow), outbox.holds(next)]).toEqual([
    { ok: true, value: false },
    { ok: true, value: true },
  ]);
  expect(outbox.postpone(next, 'platform.timeout', clock.now(), true)).toMatchObject({ ok: true });
  expect(claimed().doubtful).toBe(true);
});

it('an acknowledgement counts whoever brings it', async () => {
  const slow = claimed();
  await clock.advance(LEASE_MS);
  claimed();
  const { applicationId, revision, submission } = slow;
  const { payloadSha256 } = submission;
  const receivedAt = '2026-11-21T17:29:31.000Z';
  outbox.acknowledge(slow, {
    applicationId,
    revision,
    payloadSha256,
    receivedAt,
    caseNo: 'BJ1',
    status: '02',
  });
  expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
});

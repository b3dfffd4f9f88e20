import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createAudit, type Audit } from '#terminal/audit/audit.ts';
import { openKeyRing } from '#terminal/store/key-ring.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { createOutbox, type Claimed, type Outbox } from '#terminal/outbox/outbox.ts';
import { expectValue } from './expect-value.ts';

export const LEASE_MS = 30_000;
export const APPLICATION = '01995b00-0000-7000-8000-000000000001';

/** An outbox over a real store, by itself: `receive` puts one application with a signature into it. */
export interface LoneOutbox {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly audit: Audit;
  readonly outbox: Outbox;
  /** Gives the SHA-256 of its signature. */
  receive(applicationId?: string): string;
  claim(): Claimed | null;
  /** The row that is due; throws when none is. */
  claimed(): Claimed;
  /** As the platform says that it has it. */
  acknowledge(row: Claimed): void;
  close(): void;
}

export function openLoneOutbox(): LoneOutbox {
  const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-lease-'));
  const clock = new SimulatedClock();
  const store = expectValue(openStore(dataDir));
  const ring = openKeyRing({
    store,
    masterKey: randomBytes(32),
    suite: 'aes-256-gcm',
    randomBytes,
    clock,
  });
  if (!ring.ok) throw new Error(ring.fault.code);
  const audit = createAudit(store, clock);
  const outbox = createOutbox({
    store,
    sealer: ring.value.sealer,
    audit,
    clock,
    payloadRetentionMs: 0,
    longestWaitMs: 86_400_000,
  });

  function receive(applicationId = APPLICATION): string {
    const prepared = outbox.attachments.prepare(applicationId, [
      { subject: { kind: 'signature' }, mediaType: 'image/png', bytes: Buffer.from('drawn') },
    ]);
    if (!prepared.ok) throw new Error(prepared.fault.code);
    const payloadSha256 = '0'.repeat(64);
    const stored = store.transaction(() => {
      store
        .sql(
          `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
           VALUES (?, ?, 'item', '1', 'card', 1, '')`,
        )
        .run(applicationId, applicationId);
      outbox.attachments.add(applicationId, prepared.value);
      outbox.add({
        applicationId,
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
    return prepared.value.described[0]?.sha256 ?? '';
  }

  function claim(): Claimed | null {
    return expectValue(outbox.claim(LEASE_MS));
  }

  function claimed(): Claimed {
    const row = claim();
    if (row === null) throw new Error('nothing is due');
    return row;
  }

  return {
    store,
    clock,
    audit,
    outbox,
    receive,
    claim,
    claimed,
    acknowledge: (row) => {
      const { applicationId, revision, submission } = row;
      const { payloadSha256 } = submission;
      const receivedAt = '2026-11-21T17:29:31.000Z';
      const said = {
        applicationId,
        revision,
        payloadSha256,
        receivedAt,
        caseNo: 'BJ1',
        status: '02',
      } as const;
      const done = outbox.acknowledge(row, said);
      if (!done.ok) throw new Error(done.fault.detail);
    },
    close: () => {
      store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

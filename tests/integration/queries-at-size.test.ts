import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createPlatformClient } from '#terminal/outbox/platform-client.ts';
import type { Store } from '#terminal/store/store.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import { coreConfig, coreItem, rotateKey, startTerminalCore } from '../support/terminal-core.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

/** Tables of a few rows, whatever happens: reading them whole is reading a page. */
const SMALL = ['outbox_count', 'data_key'];

/**
 * What a query looks at, asked of SQLite itself: one that reads a table from its beginning, or sorts it, is
 * as slow as the queue is long, and no test with ten rows would ever notice.
 */
it('no query of the ordinary work reads a table whole, or sorts one', () => {
  const dataDir = newDataDir();
  const core = startTerminalCore({
    dataDir,
    config: coreConfig(1),
    masterKey: randomBytes(32),
    clock: systemClock,
    random: systemRandom,
    randomBytes: systemRandomBytes,
    client: createPlatformClient({ url: 'http://127.0.0.1:9', token: 'nobody-listens', timeoutMs: 1_000 }),
    payloadRetentionMs: 0,
    backoff: { baseMs: 60_000, capMs: 60_000 },
    // The work is done by hand below.
    bend: (outbox) => outbox,
  });
  try {
    const asked = listen(core.store);
    for (let count = 0; count < 3; count += 1) submitByHand();
    expect(core.outbox.wake(500, () => 0).ok).toBe(true);
    core.outbox.recover();
    core.outbox.clockWasSetBack();
    core.outbox.nextDueMs();
    core.outbox.counts();
    for (const settle of ['acknowledge', 'postpone', 'park'] as const) {
      const claimed = core.outbox.claim(60_000);
      if (!claimed.ok || claimed.value === null) throw new Error('nothing was there to be claimed');
      const row = claimed.value;
      if (settle === 'postpone') core.outbox.postpone(row, 'platform.busy', Date.now() + 60_000);
      else if (settle === 'park') core.outbox.park(row, 'rejected', 'platform.rejected');
      else
        core.outbox.acknowledge(row, {
          applicationId: row.applicationId,
          revision: row.revision,
          caseNo: 'BJ2026112100000001',
          status: '02',
          receivedAt: new Date().toISOString(),
          payloadSha256: row.submission.payloadSha256,
        });
      core.outbox.forwardingOf(row.applicationId);
      core.printJobs.latest(row.applicationId);
    }
    const job = core.printJobs.takeNext();
    if (job.ok && job.value)
      core.printJobs.end(job.value.jobId, { end: 'printed', proof: 'in-order-status' });
    core.printJobs.recover(0);
    rotateKey(core.ring);
    core.outbox.erase();

    const slow = [...asked].flatMap((text) =>
      planOf(core.store, text)
        .filter(isSlow)
        .map((detail) => `${detail}: ${text.replace(/\s+/g, ' ')}`),
    );
    expect(asked.size).toBeGreaterThan(20);
    expect(slow).toEqual([]);
  } finally {
    core.store.close();
    removeDataDir(dataDir);
  }

  function submitByHand(): void {
    const received = core.intake.receive({
      applicationId: core.newId(),
      item: coreItem(),
      language: 'zh',
      payload: {
        formVersion: 1,
        answers: { applicantName: '测试', applicantId: '999901194503120014' },
        consents: [],
        identitySource: 'typed',
      },
    });
    expect(received.ok).toBe(true);
  }
});

/** Every text that is asked of the store from now on. */
function listen(store: Store): ReadonlySet<string> {
  const asked = new Set<string>();
  const sql = store.sql;
  store.sql = (text) => {
    asked.add(text);
    return sql(text);
  };
  return asked;
}

function planOf(store: Store, text: string): string[] {
  const statement = store.sql(`EXPLAIN QUERY PLAN ${text}`);
  const named = Object.fromEntries([...text.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, 1]));
  const rows = Object.keys(named).length > 0 ? statement.all(named) : statement.all();
  return rows.map((row) => String(row['detail']));
}

function isSlow(detail: string): boolean {
  if (SMALL.some((table) => detail === `SCAN ${table}`)) return false;
  return /^SCAN (?!.*USING (COVERING )?INDEX|CONSTANT)/.test(detail) || detail.endsWith('FOR ORDER BY');
}

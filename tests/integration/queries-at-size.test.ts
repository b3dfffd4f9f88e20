import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { ok } from '#contract/result.ts';
import type { Outbox } from '#terminal/outbox/outbox.ts';
import type { PlatformClient } from '#terminal/outbox/platform-client.ts';
import type { Store } from '#terminal/store/store.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import {
  coreConfig,
  coreItem,
  rotateKey,
  startTerminalCore,
  submitTo,
  type TerminalCore,
} from '../support/terminal-core.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

/** Tables of a few rows, whatever happens: reading them whole is reading a page. */
const SMALL = ['outbox_count', 'data_key'];

/**
 * What a query looks at, asked of SQLite itself: one that reads a table from its beginning, or sorts it, is
 * as slow as the queue is long, and no test with ten rows would ever notice.
 */
it('no query of the ordinary work reads a table whole, or sorts one', async () => {
  const dataDir = newDataDir();
  const { core, outbox } = openCore(dataDir);
  try {
    const asked = listen(core.store);
    await workFor(core, outbox);

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
});

/** The forwarder of this terminal finds nothing that is due; the outbox beside it is the whole one. */
function openCore(dataDir: string): { core: TerminalCore; outbox: Outbox } {
  const whole: Outbox[] = [];
  const core = startTerminalCore({
    dataDir,
    config: coreConfig(1),
    masterKey: randomBytes(32),
    clock: systemClock,
    random: systemRandom,
    randomBytes: systemRandomBytes,
    client: {} as PlatformClient, // never called
    payloadRetentionMs: 0,
    backoff: { baseMs: 60_000, capMs: 60_000 },
    bend: (outbox) => {
      whole.push(outbox);
      return { ...outbox, claim: () => ok(null), nextDueMs: () => null };
    },
  });
  const [outbox] = whole;
  if (outbox === undefined) throw new Error('the terminal made no outbox');
  return { core, outbox };
}

/** A station's day in small: received, printed, sent with every outcome, found again, its key exchanged, erased. */
async function workFor(core: TerminalCore, outbox: Outbox): Promise<void> {
  for (let count = 0; count < 3; count += 1) await submitTo(core, coreItem(), core.newId(), 'a note');
  outbox.wake(500, [], () => 0);
  outbox.recover();
  outbox.clockWasSetBack();
  outbox.nextDueMs();
  outbox.counts();
  for (const settle of ['acknowledge', 'postpone', 'park'] as const) settleOne(core, outbox, settle);
  const job = core.printJobs.takeNext();
  if (!job.ok || job.value === null) throw new Error('no slip waits');
  core.printJobs.end(job.value.jobId, { end: 'printed', proof: 'in-order-status' });
  core.printJobs.recover();
  rotateKey(core.ring);
  outbox.erase();
}

function settleOne(core: TerminalCore, outbox: Outbox, settle: 'acknowledge' | 'postpone' | 'park'): void {
  const claimed = outbox.claim(60_000);
  if (!claimed.ok || claimed.value === null) throw new Error('nothing was there to be claimed');
  const row = claimed.value;
  switch (settle) {
    case 'postpone':
      outbox.postpone(row, 'platform.busy', systemClock.now() + 60_000, false);
      break;
    case 'park':
      outbox.park(row, 'rejected', 'platform.rejected', null);
      break;
    case 'acknowledge':
      outbox.acknowledge(row, {
        applicationId: row.applicationId,
        revision: row.revision,
        caseNo: 'BJ2026112100000001',
        status: '02',
        receivedAt: '2026-11-21T00:00:00Z',
        payloadSha256: row.submission.payloadSha256,
      });
      break;
    default: {
      const never: never = settle;
      return never;
    }
  }
  outbox.forwardingOf(row.applicationId);
  core.printJobs.latest(row.applicationId);
}

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
  // A list that the query brings along: as many as wait by the platform's own wish.
  if (SMALL.some((table) => detail === `SCAN ${table}`) || detail.startsWith('SCAN json_each ')) return false;
  return /^SCAN (?!.*USING (COVERING )?INDEX|CONSTANT)/.test(detail) || detail.endsWith('FOR ORDER BY');
}

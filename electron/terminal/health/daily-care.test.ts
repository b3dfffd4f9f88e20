import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { createAudit } from '../audit/audit.ts';
import type { LogLine } from '../log.ts';
import { openStore, type Store } from '../store/store.ts';
import { createRoom } from '../store/room.ts';
import { dailyCareDelays, startDailyCare } from './daily-care.ts';

const DAY_MS = 86_400_000;
const ZONE = 'Asia/Shanghai';

let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let log: LogLine[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-care-'));
  store = expectValue(openStore(dataDir));
  clock = new SimulatedClock();
  log = [];
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function start(options: { isIdle: () => boolean; backupDir: string | null }): { stop: () => void } {
  return startDailyCare({
    store,
    audit: createAudit(store, clock),
    clock,
    log: (line) => log.push(line),
    timeZone: ZONE,
    ...options,
  });
}

function receive(id: string, day: string, state: string | null): void {
  store
    .sql(
      `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, ?, 'item', '1', 'card', 1, ?)`,
    )
    .run(id, id, day);
  if (state === null) return;
  store
    .sql(
      `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
       VALUES (?, 1, ?, zeroblob(60), 'k1', 'x', 1)`,
    )
    .run(id, state);
}

const closings = () =>
  store.sql("SELECT subject, disposition FROM audit WHERE event = 'day.closed' ORDER BY sequence").all();
const dayOf = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);

describe('the daily care', () => {
  it('closes each day once, also over a restart', async () => {
    const first = start({ isIdle: () => true, backupDir: null });
    await clock.advance(2 * DAY_MS);
    first.stop();
    const again = start({ isIdle: () => true, backupDir: null });
    await clock.advance(dailyCareDelays.lookEveryMs);
    again.stop();
    expect(closings()).toHaveLength(3);
    expect(new Set(closings().map((row) => row['subject'])).size).toBe(3);
  });

  it('says where everything that was received is', async () => {
    const today = dayOf(clock.now());
    receive('a', today, 'acknowledged');
    receive('b', today, 'waiting');
    receive('c', today, 'sending');
    receive('d', today, 'rejected');
    const care = start({ isIdle: () => true, backupDir: null });
    await clock.advance(DAY_MS);
    care.stop();
    expect(store.sql("SELECT detail FROM audit WHERE event = 'day.reconciled'").all()).toEqual([
      { detail: `${today} received 4 = acknowledged 1 + waiting 2 + parked 1 + handed over 0` },
    ]);
    expect(closings().at(-1)).toEqual({ subject: today, disposition: 'balanced' });
  });

  it('cries when an application is nowhere', async () => {
    const today = dayOf(clock.now());
    receive('a', today, 'acknowledged');
    receive('lost', today, null);
    const care = start({ isIdle: () => true, backupDir: null });
    await clock.advance(DAY_MS);
    care.stop();
    expect(closings().at(-1)).toEqual({ subject: today, disposition: 'unbalanced' });
    expect(log).toContainEqual(expect.objectContaining({ level: 'error', event: 'day.unbalanced' }));
  });

  it('removes the files of attachments that no row names', async () => {
    receive('a', '2026-01-01', 'waiting');
    expect(store.files.write([Buffer.from('sealed')]).ok).toBe(true);
    const care = start({ isIdle: () => true, backupDir: null });
    await clock.advance(DAY_MS);
    care.stop();
    expect(store.files.names()).toEqual([]);
    expect(log).toContainEqual(expect.objectContaining({ event: 'store.attachments-swept' }));
  });

  it('waits while somebody is at the screen, then makes a backup and cuts the log', async () => {
    let idle = false;
    const backupDir = join(dataDir, 'second-disk');
    receive('a', '2026-01-01', 'waiting');
    const care = start({ isIdle: () => idle, backupDir });
    await clock.advance(DAY_MS);
    expect(existsSync(backupDir)).toBe(false);
    idle = true;
    await clock.advance(dailyCareDelays.lookEveryMs);
    care.stop();
    expect(readdirSync(backupDir)).toHaveLength(1);
    expect(statSync(join(dataDir, 'terminal.db')).size).toBeGreaterThan(0);
    expect(log).toContainEqual(expect.objectContaining({ event: 'store.backed-up' }));
  });
});

describe('the room on the disk', () => {
  it('is asked for at most every five seconds, and a file system that does not say is believed', async () => {
    let free: number | null = 500;
    let asked = 0;
    const hasRoom = createRoom({
      folder: dataDir,
      reserveBytes: 400,
      clock,
      freeBytes: () => {
        asked += 1;
        return free;
      },
    });
    expect(hasRoom()).toBe(true);
    free = 399;
    expect(hasRoom()).toBe(true);
    await clock.advance(5_000);
    expect(hasRoom()).toBe(false);
    expect(asked).toBe(2);
    free = null;
    await clock.advance(5_000);
    expect(hasRoom()).toBe(true);
  });
});

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ok } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { createAudit } from '../audit/audit.ts';
import { createTellAudit } from '../audit/tell-audit.ts';
import { verification, type Verified } from '../audit/verify.ts';
import { backUp } from './backup.ts';
import { openOrRecover } from './recovery.ts';
import { DATABASE_FILE, openStore, type Store } from './store.ts';

const PAGE = 4096;
let dataDir: string;
let backupDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-audit-recovery-'));
  backupDir = join(dataDir, 'backups');
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function open(): Store {
  return expectValue(openStore(dataDir));
}

function recovered(): Store {
  const opened = openOrRecover({ dataDir, backupDir, clock: new SimulatedClock(), today: '2026-11-21' });
  if (!opened.ok) throw new Error(`${opened.fault.code}: ${opened.fault.detail ?? ''}`);
  expect(opened.value.recovery).not.toBeNull();
  return opened.value.store;
}

function write(store: Store, from: number, to: number): void {
  const audit = createAudit(store, new SimulatedClock());
  store.transaction(() => {
    for (let row = from; row < to; row += 1)
      audit.write({
        event: 'visit.ended',
        actor: 'resident',
        subject: null,
        disposition: 'success',
        detail: `row ${String(row).padStart(5, '0')} ${'.'.repeat(100)}`,
      });
  });
}

/** Overwrites the page of the database on which this row lies, as a dying flash cell does. */
function destroyPageOf(row: number): void {
  const file = join(dataDir, DATABASE_FILE);
  const at = readFileSync(file).indexOf(`row ${String(row).padStart(5, '0')}`);
  expect(at).toBeGreaterThan(0);
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(PAGE, 0xa5), 0, PAGE, Math.floor(at / PAGE) * PAGE);
  closeSync(handle);
}

function verifyAll(store: Store): Verified {
  const verify = verification(store, 0);
  for (;;) {
    const verified = verify();
    if (verified !== undefined) return verified;
  }
}

/** What a platform that is there for one answer would be told. */
async function toldOf(store: Store): Promise<object[]> {
  const clock = new SimulatedClock();
  const asked: object[] = [];
  await createTellAudit({
    store,
    audit: createAudit(store, clock),
    client: {
      tellAudit: (chain, after, { begins, rows }) => {
        asked.push({ after, begins, first: rows[0]?.sequence });
        return Promise.resolve(ok({ chain, last: rows.at(-1)?.sequence ?? after }));
      },
    },
    clock,
    log: () => undefined,
    randomHex: () => '0'.repeat(32),
    isLineFree: () => asked.length === 0,
    onPutBack: () => undefined,
  }).send();
  return asked;
}

const chains = (store: Store) =>
  store
    .sql('SELECT first_sequence, chain, why FROM audit_piece ORDER BY first_sequence')
    .all()
    .map((row) => ({ ...row }));

describe('a store that was damaged', () => {
  it('goes on with the audit that reads, and says where rows are missing', () => {
    const store = open();
    write(store, 0, 600);
    const before = chains(store);
    store.close();
    destroyPageOf(300);
    const after = recovered();
    const verified = verifyAll(after);
    if (verified.kind !== 'whole') throw new Error(`${verified.why} at ${verified.sequence}`);
    expect(verified.rows).toBeLessThan(600);
    expect(verified.recoveries).toHaveLength(1);
    // The name under which the platform knows it; the rows behind the gap, and what comes, have names of their own.
    const pieces = chains(after);
    expect(pieces[0]).toEqual(before[0]);
    expect(pieces.map((piece) => [piece['first_sequence'], piece['why']])).toEqual([
      [1, 'begun'],
      [verified.recoveries[0], 'recovered'],
      [601, 'recovered'],
    ]);
    write(after, 600, 610);
    expect(verifyAll(after)).toMatchObject({ kind: 'whole', rows: verified.rows + 10 });
    after.close();
  });

  it('is one chain again where the backup has the rows that do not read', () => {
    const store = open();
    write(store, 0, 600);
    backUp(store, backupDir, 0);
    store.close();
    destroyPageOf(300);
    const after = recovered();
    expect(verifyAll(after)).toMatchObject({ kind: 'whole', rows: 600, recoveries: [] });
    expect(chains(after).map((piece) => piece['first_sequence'])).toEqual([1, 601]);
    after.close();
  });

  it('tells the audit from its first row where the names of its pieces do not read', async () => {
    const store = open();
    write(store, 0, 600);
    store.sql('DROP TABLE audit_piece').run();
    store.close();
    destroyPageOf(300);
    const after = recovered();
    expect(await toldOf(after)).toMatchObject([{ after: 0, begins: 0, first: 1 }]);
    expect(chains(after).map((piece) => piece['first_sequence'])).toContain(1);
    expect(verifyAll(after)).toMatchObject({ kind: 'whole' });
    after.close();
  });

  it('does not make good a row that somebody had changed before', () => {
    const store = open();
    write(store, 0, 600);
    store.sql("UPDATE audit SET actor = 'staff' WHERE sequence = 20").run();
    store.close();
    destroyPageOf(300);
    const after = recovered();
    expect(verifyAll(after)).toEqual({ kind: 'broken', sequence: 20, why: 'changed' });
    after.close();
  });
});

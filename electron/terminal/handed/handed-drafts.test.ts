import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { err } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { createAudit } from '../audit/audit.ts';
import { openKeyRing, type KeyRing } from '../store/key-ring.ts';
import { openStore, type Store } from '../store/store.ts';
import { systemRandomBytes } from '../system-ports.ts';
import { queueForTests, type QueueUnderTest } from '../tickets/for-tests.ts';
import { newDay, type QueueDay } from '../tickets/queue-day.ts';
import { createHandedDrafts, type HandedDrafts } from './handed-drafts.ts';
import { createStationHanded, type StationHanded } from './station-handed.ts';

const text = (zh: string) => ({ zh, en: zh });
const handed = {
  itemName: text('居住证申领'),
  rows: [
    { section: text('甲'), label: text('手机'), display: text('138****5678'), whole: text('13800005678') },
  ],
  papers: [],
};

let dataDir: string;
let store: Store;
let ring: KeyRing;
let drafts: HandedDrafts;
let window: StationHanded;
let queue: QueueUnderTest;
let isNextDay: boolean;

beforeEach(() => {
  dataDir = newDataDir();
  store = value(openStore(dataDir));
  const clock = new SimulatedClock();
  const masterKey = systemRandomBytes(32);
  ring = value(
    openKeyRing({ store, masterKey, suite: 'aes-256-gcm', randomBytes: systemRandomBytes, clock }),
  );
  queue = queueForTests();
  isNextDay = false;
  const day = (): QueueDay => (isNextDay ? newDay('2026-11-22', []) : queue.day());
  drafts = createHandedDrafts({
    store,
    sealer: ring.sealer,
    audit: createAudit(store, clock),
    clock,
    log: () => undefined,
    day,
    dayBy: () => 'station',
    isDateWrong: () => false,
    own: '01',
  });
  window = createStationHanded({
    day,
    drafts,
    own: '01',
    askElsewhere: (terminal) => Promise.reject(new Error(`nothing lies at ${terminal}`)),
  });
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

function value<T>(result: { ok: true; value: T } | { ok: false; fault: { code: string } }): T {
  if (!result.ok) throw new Error(result.fault.code);
  return result.value;
}

/** At window 1, where staff-1 sits. */
function served(): string {
  queue.open('1', 'A');
  const { ticketId } = queue.take('A');
  store.transaction(() => {
    drafts.keep(ticketId, handed);
  });
  queue.next('1');
  return ticketId;
}

const count = () => Number(store.sql('SELECT count(*) AS n FROM handed_draft').get()?.['n']);
const sealedBytes = () => {
  const sealed = store.sql('SELECT sealed_body FROM handed_draft').get()?.['sealed_body'];
  return Buffer.from(sealed as Uint8Array); // of the schema
};

it('what is put aside, missed or sent elsewhere keeps its form; the end of the ticket takes it', async () => {
  const ticketId = served();
  queue.must({ verb: 'hold', window: '1', ticketId, reason: 'form' });
  drafts.sweep();
  expect(count()).toBe(1);
  expect(await window.look(ticketId, 'staff-1')).toMatchObject({ fault: { code: 'handed.not-yours' } });
  queue.must({ verb: 'resume', window: '1', ticketId });
  expect(await window.look(ticketId, 'staff-1')).toEqual({
    ok: true,
    value: { isThere: true, silentKiosk: null },
  });
  queue.must({ verb: 'finish', window: '1', ticketId });
  drafts.sweep();
  expect(count()).toBe(0);
});

it.each(['queue.hub-refuses', 'queue.hub-lost', 'handed.kiosk-silent'] as const)(
  'where the other terminal says nothing (%s) the window says that it is there all the same',
  async (code) => {
    queue.open('1', 'A');
    const there = randomUUID();
    const asked = { line: 'A', slug: null, instead: null, ticketClass: 'ordinary' } as const;
    queue.must({ verb: 'take', ticketId: there, ...asked, handedAt: '02' });
    queue.next('1');
    const askElsewhere = () => Promise.resolve(err(fault(code)));
    const other = createStationHanded({ day: queue.day, drafts, own: '01', askElsewhere });
    expect(await other.look(there, 'staff-1')).toEqual({
      ok: true,
      value: { isThere: true, silentKiosk: '02' },
    });
  },
);

it('on the next day it is gone, with its trace in the log of the database', () => {
  served();
  const sealed = sealedBytes();
  isNextDay = true;
  drafts.sweep();
  expect(count()).toBe(0);
  for (const name of ['terminal.db', 'terminal.db-wal']) {
    expect(readFileSync(join(dataDir, name)).includes(sealed.subarray(0, 64)), name).toBe(false);
  }
});

it('it moves to the new data key with everything else', async () => {
  const ticketId = served();
  value(ring.rotate());
  for (let done = false; !done;) done = value(ring.reseal(5)).done;
  expect(value(ring.retire())).toEqual(['k1']);
  const opened = value(await window.open(ticketId, 'staff-1', false));
  expect(opened.rows[0]?.display.zh).toBe('138****5678');
  expect(JSON.stringify(opened)).not.toContain('13800005678');
});

it('a form that was sealed for another ticket does not open', async () => {
  const ticketId = served();
  const other = queue.take('A').ticketId;
  store.transaction(() => {
    drafts.keep(other, handed);
    store
      .sql(
        'UPDATE handed_draft SET sealed_body = (SELECT sealed_body FROM handed_draft WHERE ticket_id = ?) WHERE ticket_id = ?',
      )
      .run(other, ticketId);
  });
  expect(await window.open(ticketId, 'staff-1', true)).toMatchObject({ fault: { code: 'handed.none' } });
});

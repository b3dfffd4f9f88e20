import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Submission } from '#contract/application.ts';
import type { ParkedKey, ParkedRow } from '#contract/parked.ts';
import { router } from '#terminal/api/router.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { expectValue } from '../support/expect-value.ts';
import {
  acknowledgementOf,
  json,
  startScriptedPlatform,
  type ScriptedPlatform,
} from '../support/scripted-platform.ts';
import { asStaff } from '../support/signed-in.ts';
import {
  expectOk,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  submit,
  until,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

let platform: ScriptedPlatform;
let under: TerminalUnderTest;
let dataDir: string;
let receiptNo: string;

const REASON = 'payload.answers.mobile: 13800005678 is not in use';
const staff = () => asStaff(under.terminal, 's01');
const parked = () => staff().parked;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  platform.onSubmit = (_request, response) => {
    json(response, 400, { code: 'BAD_REQUEST', detail: REASON });
  };
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
  receiptNo = await submit(under);
  await until(under.terminal, () => received(under).forwarding.state === 'parked');
});

afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

function rows(which: 'parked' | 'handed-over'): ParkedRow[] {
  return expectValue(parked().list({ which, after: null, limit: 200 }));
}

function theRow(): ParkedRow {
  const [row] = rows('parked');
  if (!row) throw new Error('nothing is parked');
  return row;
}

const keyOf = ({ applicationId, revision }: ParkedRow): ParkedKey => ({ applicationId, revision });

function opened() {
  return expectValue(parked().open(keyOf(theRow()), 'staff'));
}

function acceptsEverything(): void {
  platform.onSubmit = ({ key, body }, response) => {
    const kept = platform.acknowledged as Map<string, string>; // the script's own store
    kept.set(key, body);
    json(response, 200, acknowledgementOf(key, body));
  };
}

const outboxCounts = () => under.terminal.kiosk.station.snapshot().outbox;
const settled = () => until(under.terminal, () => received(under).forwarding.state === 'acknowledged');

/** What is on the disk, read after the end. */
async function afterClose<T>(read: (database: DatabaseSync) => T): Promise<T> {
  await under.close();
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
  try {
    return read(database);
  } finally {
    database.close();
  }
}

describe('a row that the platform refused', () => {
  it('is listed with its reason and next step, and without anything personal', () => {
    expect(theRow()).toMatchObject({
      receiptNo,
      itemSlug: 'elderly-allowance',
      state: 'rejected',
      fault: 'platform.rejected',
      nextStep: 'correct',
    });
    expect(JSON.stringify(rows('parked'))).not.toMatch(/张|99990119450312|1380000/);
  });

  it('is opened with what the platform said, which is nowhere in plain text', async () => {
    expect(opened()).toMatchObject({
      refusal: { code: 'BAD_REQUEST', reason: REASON },
      answers: { applicantName: '张建国' },
      canBeCorrected: true,
    });
    expect(JSON.stringify(under.log)).not.toContain('13800005678');
    const audit = await afterClose((database) =>
      database.prepare("SELECT actor, subject, detail FROM audit WHERE event = 'application.opened'").all(),
    );
    expect(audit).toHaveLength(1);
    expect(JSON.stringify(audit)).not.toContain('13800005678');
  });

  it('is sent again as it is, once, however often the button is touched', async () => {
    acceptsEverything();
    const key = keyOf(theRow());
    expectOk(parked().retry(key, 'staff'));
    expect(parked().retry(key, 'staff')).toMatchObject({ ok: false, fault: { code: 'parked.settled' } });
    await settled();
    expect(rows('parked')).toEqual([]);
    expect([...platform.acknowledged.keys()]).toEqual([`${key.applicationId}|1`]);
  });

  it('is corrected by a new revision under the same receipt number', async () => {
    acceptsEverything();
    const { answers } = opened();
    const key = keyOf(theRow());
    expect(parked().correct(key, { ...answers, mobile: '13900001234' }, 'staff')).toEqual({
      ok: true,
      value: { kind: 'resubmitted', revision: 2 },
    });
    await settled();
    expect(outboxCounts()).toEqual({ waiting: 0, parked: 0 });
    expect([...platform.acknowledged.keys()]).toEqual([`${key.applicationId}|2`]);
    const sent = JSON.parse(platform.acknowledged.get(`${key.applicationId}|2`) ?? '') as Submission; // what our own client sent
    expect(sent.receiptNo).toBe(receiptNo);
    expect(sent.payload.answers['mobile']).toBe('13900001234');
    // The old revision is kept until its successor's payload is erased as well.
    const stored = await afterClose((database) =>
      database
        .prepare('SELECT revision, state, superseded_by, erase_after_ms FROM outbox ORDER BY revision')
        .all(),
    );
    expect(stored).toMatchObject([
      { revision: 1, state: 'superseded', superseded_by: 2 },
      { revision: 2, state: 'acknowledged', superseded_by: null },
    ]);
    expect(stored[0]?.['erase_after_ms']).toBe(stored[1]?.['erase_after_ms']);
  });

  it('whose answers staff changed is nobody’s signature any more, also when it is corrected again', async () => {
    const { answers, papers, signing } = opened();
    expect(papers).toContainEqual({ paperId: 'm-bank', way: 'staff', doubtful: [] });
    expect(signing).toMatchObject({ state: 'signed' });
    expectOk(parked().correct(keyOf(theRow()), { ...answers, mobile: '13900001234' }, 'staff'));
    await until(under.terminal, () => received(under).forwarding.state === 'parked');
    const corrected = opened();
    expect(corrected.signing).toEqual({ state: 'taken-back' });
    expect(corrected.answers).not.toHaveProperty('signature');
    acceptsEverything();
    expect(
      parked().correct(keyOf(theRow()), { ...corrected.answers, mobile: '13900005678' }, 'staff'),
    ).toEqual({
      ok: true,
      value: { kind: 'resubmitted', revision: 3 },
    });
    await settled();
  });

  it('in which staff changed nothing stays signed', async () => {
    const { answers, signing } = opened();
    acceptsEverything();
    const key = keyOf(theRow());
    expectOk(parked().correct(key, answers, 'staff'));
    await settled();
    const sent = JSON.parse(platform.acknowledged.get(`${key.applicationId}|2`) ?? '') as Submission; // what our own client sent
    expect(sent.payload).toMatchObject({ signing });
    expect(sent.payload.answers).toHaveProperty('signature');
  });

  it('keeps what the card said, whatever a correction says', async () => {
    acceptsEverything();
    const { answers } = opened();
    expectOk(parked().correct(keyOf(theRow()), { ...answers, applicantName: '李四' }, 'staff'));
    await settled();
    const [body] = platform.acknowledged.values();
    expect((JSON.parse(body ?? '') as Submission).payload.answers['applicantName']).toBe('张建国');
  });

  it('is not resubmitted with answers that the form does not take: all of them are named', () => {
    const { answers } = opened();
    const others = Object.fromEntries(Object.entries(answers).filter(([id]) => id !== 'mobile'));
    expect(parked().correct(keyOf(theRow()), { ...others, bankAccount: 'x' }, 'staff')).toMatchObject({
      ok: true,
      value: { kind: 'problems', pages: [{ pageId: 'mobile' }, { pageId: 'bankAccount' }] },
    });
    expect(theRow()).toMatchObject({ state: 'rejected', revision: 1 });
  });

  it('is not corrected by another version of its form', async () => {
    const { answers } = opened();
    const key = keyOf(theRow());
    await afterClose((database) =>
      database.exec(`UPDATE catalogue_item SET version = '2027', body = json_set(body, '$.version', '2027')`),
    );
    // Without the platform, so that the catalogue stays as it is.
    platform.down = true;
    under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
    expect(parked().correct(key, answers, 'staff')).toMatchObject({
      ok: false,
      fault: { code: 'parked.item-gone' },
    });
    expect(theRow().revision).toBe(1);
  });

  it('is handed over with a note, is sent no more, and can be taken back', async () => {
    const key = keyOf(theRow());
    expectOk(parked().handOver(key, 'window', '请张建国到1号窗口', 'staff'));
    expect(parked().handOver(key, 'window', 'x', 'staff')).toMatchObject({
      ok: false,
      fault: { code: 'parked.settled' },
    });
    expect(outboxCounts()).toEqual({ waiting: 0, parked: 0 });
    expect(rows('parked')).toEqual([]);
    expect(rows('handed-over')).toMatchObject([{ handedOverTo: 'window', receiptNo }]);
    expect(parked().open(key, 'staff')).toMatchObject({ ok: true, value: { note: '请张建国到1号窗口' } });
    expect(received(under).forwarding.state).toBe('parked');
    acceptsEverything();
    expectOk(parked().retry(key, 'staff'));
    await settled();
  });

  it('leaves a trace of every act, with actor and disposition', async () => {
    const key = keyOf(theRow());
    expectOk(parked().correct(key, {}, 'staff'));
    expectOk(parked().handOver(key, 'department', '-', 'technician'));
    const acts = await afterClose((database) =>
      database
        .prepare(
          "SELECT event, actor, subject, disposition, detail FROM audit WHERE event LIKE 'application.%' ORDER BY sequence DESC LIMIT 2",
        )
        .all(),
    );
    expect(acts).toMatchObject([
      {
        event: 'application.handed-over',
        actor: 'technician',
        subject: key.applicationId,
        disposition: 'success',
        detail: 'department',
      },
      { event: 'application.corrected', actor: 'staff', disposition: 'problems' },
    ]);
  });

  it('that nobody knows is named so', () => {
    const key = { applicationId: '018f0000-0000-7000-8000-000000000000', revision: 1 };
    for (const result of [parked().open(key, 'staff'), parked().retry(key, 'staff')]) {
      expect(result).toMatchObject({ ok: false, fault: { code: 'parked.unknown' } });
    }
  });

  it('reaches staff through the API, page by page', async () => {
    under.terminal.kiosk.visits.end('finished');
    await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'parked');
    const api = createRouterClient(router, { context: staff() });
    const first = await api.staff.parked.list({ which: 'parked', after: null, limit: 1 });
    if (!first.ok || !first.value[0]) throw new Error('nothing is listed');
    const { parkedAtMs, applicationId, revision } = first.value[0];
    const second = await api.staff.parked.list({
      which: 'parked',
      after: { parkedAtMs, applicationId, revision },
      limit: 1,
    });
    expect(second).toMatchObject({ ok: true, value: [{ revision: 1 }] });
    expect(second.ok && second.value[0]?.applicationId).not.toBe(applicationId);
  });
});

describe('a row under whose key the platform holds another payload', () => {
  it('says that the two must be compared', async () => {
    platform.onSubmit = (_request, response) => {
      json(response, 409, { code: 'CONFLICT', data: { storedSha256: '0'.repeat(64) } });
    };
    expectOk(parked().retry(keyOf(theRow()), 'staff'));
    await until(under.terminal, () => outboxCounts().parked === 1);
    expect(theRow()).toMatchObject({ state: 'conflict', fault: 'platform.conflict', nextStep: 'compare' });
    expect(opened().refusal).toBeNull();
  });
});

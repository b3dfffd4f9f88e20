import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_DAILY_SEQUENCE } from '#contract/receipt-number.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { startScriptedPlatform } from '../support/scripted-platform.ts';
import { coreItem, startOfflineCore, submitTo, type TerminalCore } from '../support/terminal-core.ts';
import {
  expectOk,
  fillIn,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  until,
  untilReady,
} from '../support/terminal-under-test.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = newDataDir();
});
afterEach(() => {
  removeDataDir(dataDir);
});

describe('those who submit in the same moment', () => {
  const item = coreItem();
  let core: TerminalCore;
  let ends: (() => void)[];

  beforeEach(() => {
    ends = [];
    core = startOfflineCore({
      dataDir,
      masterKey: randomBytes(32),
      clock: systemClock,
      atEndOfTurn: (end) => ends.push(end),
    });
  });
  afterEach(async () => {
    await core.forwarder.stop();
    core.store.close();
  });

  const endTurn = (): void => {
    ends.shift()?.();
  };
  const signature = () => [
    { subject: { kind: 'signature' as const }, mediaType: 'image/png' as const, bytes: randomBytes(500) },
  ];
  const submit = (applicationId = core.newId()) => submitTo(core, item, applicationId, 'note', signature());
  const files = () => readdirSync(join(dataDir, 'attachments'));
  const count = (table: 'application' | 'outbox' | 'print_job' | 'attachment' | 'audit') =>
    Number(core.store.sql(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);

  it('are told nothing before all of it is on the disk, and then each has a number of his own', async () => {
    let told = 0;
    const all = Array.from({ length: 8 }, async () => {
      const answer = await submit();
      told += 1;
      return answer;
    });
    await new Promise(setImmediate);
    expect([told, count('application')]).toEqual([0, 0]);
    endTurn();
    const numbers = (await Promise.all(all)).map((answer) => answer.ok && answer.value.receiptNo);
    expect(new Set(numbers).size).toBe(8);
    expect(
      ['application', 'outbox', 'print_job', 'attachment'].map((table) => count(table as 'outbox')),
    ).toEqual([8, 8, 8, 8]);
    expect(core.outbox.counts()).toEqual({ waiting: 8, parked: 0 });
  });

  it('are received as far as the day’s numbers go, and those who are refused leave nothing behind', async () => {
    const first = submit();
    endTurn();
    expect(await first).toMatchObject({ ok: true });
    core.store.sql('UPDATE receipt_sequence SET last = ?').run(MAX_DAILY_SEQUENCE - 2);
    const all = Promise.all(Array.from({ length: 4 }, () => submit()));
    endTurn();
    expect((await all).map(({ ok }) => ok)).toEqual([true, true, false, false]);
    expect([count('application'), count('attachment'), files().length]).toEqual([3, 3, 3]);
    expect(core.store.sql('SELECT last FROM receipt_sequence').get()).toEqual({ last: MAX_DAILY_SEQUENCE });
  });

  it('after a recovery get numbers of which none can stand on a slip, whatever date it was made under', async () => {
    const sequence = async () => {
      const answer = submit();
      endTurn();
      const received = await answer;
      return received.ok
        ? Number(received.value.receiptNo.replaceAll('-', '').slice(-5, -1))
        : received.fault;
    };
    expect(await sequence()).toBe(1);
    const recovered = "INSERT INTO receipt_sequence VALUES ('1970-01-01', 200), ('owed', 200)";
    core.store.sql(recovered).run();
    expect([await sequence(), await sequence()]).toEqual([202, 203]);
  });

  it('and touch twice are one application each', async () => {
    const ids = [core.newId(), core.newId()];
    const all = Promise.all([...ids, ...ids].map(submit));
    endTurn();
    const [a, b, again, andAgain] = await all;
    expect([again, andAgain]).toEqual([a, b]);
    expect([count('application'), count('audit'), files().length]).toEqual([2, 4, 2]);
    // Also one turn later.
    const late = submit(ids[0]);
    endTurn();
    expect(await late).toEqual(a);
    expect([count('application'), count('audit'), files().length]).toEqual([2, 4, 2]);
  });

  it('do not lose their papers to a key that is exchanged while they wait', async () => {
    const waiting = submit();
    core.ring.rotate();
    for (;;) {
      const moved = core.ring.reseal(5);
      if (!moved.ok || moved.value.done) break;
    }
    expect(core.ring.retire()).toMatchObject({ ok: true, value: ['k1'] });
    endTurn();
    expect(await waiting).toMatchObject({ ok: true });
    expect(core.store.sql('SELECT DISTINCT key_id FROM attachment').all()).toEqual([{ key_id: 'k2' }]);
  });
});

describe('a resident who leaves before the answer', () => {
  it('is received, gets his slip, and nothing of it is shown to the next one', async () => {
    const platform = await startScriptedPlatform();
    const under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
    try {
      await untilReady(under);
      await fillIn(under);
      const { visits, station } = under.terminal.kiosk;
      const submitted = visits.submit();
      expectOk(visits.end('left'));
      expectOk(visits.begin({ slug: 'elderly-allowance', language: 'zh', requestId: crypto.randomUUID() }));
      expectOk(await submitted);
      expect(visits.snapshot()?.step.kind).toBe('consent');
      await until(
        under.terminal,
        () => station.snapshot().outbox.waiting === 0 && platform.acknowledged.size === 1,
      );
      await expect.poll(() => under.host.printed.length).toBe(1);
    } finally {
      await under.close();
      await platform.close();
    }
  });

  it('and touches twice in a moment is received once', async () => {
    const platform = await startScriptedPlatform();
    const under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
    try {
      await untilReady(under);
      await fillIn(under);
      const { visits } = under.terminal.kiosk;
      const touches = [visits.submit(), visits.submit()];
      for (const touch of touches) expectOk(await touch);
      await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
      expect(platform.acknowledged.size).toBe(1);
    } finally {
      await under.close();
      await platform.close();
    }
  });
});

describe('the applications of a chain', () => {
  const item = coreItem();
  let core: TerminalCore;

  beforeEach(() => {
    core = startOfflineCore({ dataDir, masterKey: randomBytes(32), clock: systemClock });
  });
  afterEach(async () => {
    await core.forwarder.stop();
    core.store.close();
  });

  const count = (table: string) => Number(core.store.sql(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  const counts = () =>
    ['application', 'outbox', 'print_job', 'attachment'].map(count).concat(filesIn(dataDir).length);
  const chain = (byteCount: number) => ({
    chainName: item.name,
    applications: [core.newId(), core.newId(), core.newId()].map((applicationId) => ({
      applicationId,
      item,
      language: 'zh' as const,
      content: {
        answers: { applicantName: '测试', applicantId: '999901194503120014' },
        consents: [],
        identitySource: 'typed' as const,
      },
      attachments: [
        {
          subject: { kind: 'signature' as const },
          mediaType: 'image/png' as const,
          bytes: randomBytes(byteCount),
        },
      ],
    })),
  });

  it('are all received, each with its number, and have one slip', async () => {
    const together = chain(500);
    const [answer, again] = await Promise.all([
      core.intake.receiveChain(together),
      core.intake.receiveChain(together),
    ]);
    expect(again).toEqual(answer);
    expect(answer.ok && new Set(answer.value.map(({ receiptNo }) => receiptNo)).size).toBe(3);
    expect(counts()).toEqual([3, 3, 1, 3, 3]);
    // Also much later.
    expect(await core.intake.receiveChain(together)).toEqual(answer);
    expect(counts()).toEqual([3, 3, 1, 3, 3]);
  });

  it('are none of them received where the numbers of the day do not reach for all', async () => {
    expect(await core.intake.receiveChain(chain(500))).toMatchObject({ ok: true });
    core.store.sql('UPDATE receipt_sequence SET last = ?').run(MAX_DAILY_SEQUENCE - 2);
    expect(await core.intake.receiveChain(chain(500))).toMatchObject({
      ok: false,
      fault: { code: 'store.full' },
    });
    expect(counts()).toEqual([3, 3, 1, 3, 3]);
    expect(core.store.sql('SELECT last FROM receipt_sequence').get()).toEqual({
      last: MAX_DAILY_SEQUENCE - 2,
    });
  });

  it('are none of them received on a disk that fills up between them', async () => {
    expect(await core.intake.receiveChain(chain(500))).toMatchObject({ ok: true });
    const before = counts();
    const pages = Number(core.store.sql('PRAGMA page_count').get()?.['page_count']);
    core.store.sql(`PRAGMA max_page_count = ${String(pages + 2)}`).get();
    const results = [];
    for (let tries = 0; tries < 6; tries += 1) results.push(await core.intake.receiveChain(chain(500)));
    const refused = results.filter(({ ok }) => !ok).length;
    expect(refused).toBeGreaterThan(0);
    const received = (results.length - refused) * 3;
    expect(count('application')).toBe((before[0] ?? 0) + received);
    expect([count('outbox'), count('attachment'), filesIn(dataDir).length]).toEqual(
      Array.from({ length: 3 }, () => count('application')),
    );
  });
});

const filesIn = (folder: string) => readdirSync(join(folder, 'attachments'));

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { hallDelays, type HallRequest } from '#contract/queue/hall-api.ts';
import { resident, staff, StationUnderTest, type TerminalInStation } from '../tickets/members/for-tests.ts';

/** A form was begun at a member's kiosk and handed over; its ticket is called at a window of the hub. */
const AT_ONCE_MS = 100;
const NOTICED_MS = hallDelays.attendMs + hallDelays.answerMs + hallDelays.silentAfterMs;
const SECRET = '13800005678';
const text = (zh: string) => ({ zh, en: zh });
const form = {
  itemName: text('居住证申领'),
  rows: [{ section: text('甲'), label: text('手机'), display: text('138****5678'), whole: text(SECRET) }],
  papers: [],
};

let station: StationUnderTest;
let hub: TerminalInStation;
let kiosk: TerminalInStation;
let other: TerminalInStation;

beforeEach(async () => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  kiosk = station.terminal('02');
  other = station.terminal('03');
  await station.start();
  await station.pass(AT_ONCE_MS);
});
afterEach(() => station.close());

/** With a number; the id of its ticket. */
async function handOver(at: TerminalInStation): Promise<string> {
  const ticketId = station.newTicketId();
  let given = ticketId;
  const taken = await station.settled(
    at.source.do(
      {
        verb: 'take',
        ticketId,
        line: 'A',
        slug: null,
        instead: null,
        ticketClass: 'ordinary',
        handedAt: at.number,
      },
      resident,
      (events) => {
        for (const event of events) if (event.type === 'taken') given = event.ticket.ticketId;
        at.drafts.keep(given, form);
      },
    ),
  );
  expect(taken.ok).toBe(true);
  await station.pass(AT_ONCE_MS);
  return given;
}

/** To window 1, where s01 sits, at this terminal's console. */
async function call(at = hub): Promise<void> {
  await station.open(at, '1');
  expect(await at.do({ verb: 'next', window: '1' }, staff)).toMatchObject({ ok: true });
  await station.pass(AT_ONCE_MS);
}

function handed({ inHall }: TerminalInStation) {
  if (inHall.handed === null) throw new Error('no queue');
  return inHall.handed;
}
const look = async (ticketId: string, at = hub) => {
  const looked = await station.settled(handed(at).look(ticketId, 's01'));
  return looked.ok ? looked.value : looked.fault.code;
};
const open = async (ticketId: string, whole = false, at = hub) => {
  const opened = await station.settled(handed(at).open(ticketId, 's01', whole));
  return opened.ok ? opened.value.rows.map(({ display }) => display.zh).join() : opened.fault.code;
};
const audited = (at: TerminalInStation) =>
  at.store
    .sql("SELECT event, disposition, detail FROM audit WHERE event LIKE 'handed.%' ORDER BY sequence")
    .all()
    .map((row) => Object.values(row).map(String).join(' '));
const kept = (at: TerminalInStation) =>
  Number(at.store.sql('SELECT count(*) AS n FROM handed_draft').get()?.['n']);

/** Sees each message about the hall at the hub's door, and may keep it there. */
function atDoor(see: (request: HallRequest) => Promise<void> | undefined): void {
  const { desk } = hub.inHall;
  const answer = desk.answer.bind(desk);
  desk.answer = async (request, signal) => {
    await see(request);
    return answer(request, signal);
  };
}
const isForm = (request: HallRequest) => JSON.stringify(request).includes(SECRET);

describe('a form that was handed over at a member', () => {
  it('is seen by whoever serves it at the hub, masked and whole, each time noted where it lies', async () => {
    const ticketId = await handOver(kiosk);
    expect(await look(ticketId)).toBe('handed.not-yours');
    await call();
    expect(await look(ticketId)).toEqual({ isThere: true, silentKiosk: null });
    expect(await open(ticketId)).toBe('138****5678');
    expect(await open(ticketId, true)).toBe(SECRET);
    expect(audited(kiosk)).toEqual([
      'handed.kept success null',
      'handed.opened masked by s01 at terminal 01',
      'handed.opened whole by s01 at terminal 01',
    ]);
    expect([audited(hub), kept(hub), kept(kiosk)]).toEqual([[], 0, 1]);
  });

  it('is at one terminal alone, sealed: nothing of it is on the disk of another, nor of its own', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    expect(await open(ticketId, true)).toBe(SECRET);
    for (const { dataDir } of [hub, kiosk, other])
      for (const one of readdirSync(dataDir, { recursive: true, withFileTypes: true }))
        if (one.isFile())
          expect(readFileSync(join(one.parentPath, one.name)).includes(SECRET), one.name).toBe(false);
  });

  it('is nobody else’s: not another account’s, and not of who serves another ticket', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    for (const account of ['s02', 'x'])
      expect(await handed(hub).open(ticketId, account, false)).toMatchObject({
        fault: { code: 'handed.not-yours' },
      });
    expect(audited(kiosk)).toEqual(['handed.kept success null']);
  });

  it('is not believed of a member that asks for an account which does not serve it', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    const ask = { ticketId, account: 's02', whole: true, from: '03' };
    const signal = new AbortController().signal;
    expect(await hub.inHall.desk.answer({ kind: 'handed', terminal: '03', ask }, signal)).toMatchObject({
      found: { fault: { code: 'handed.not-yours' } },
    });
  });

  it('is not shown to who served the ticket when it was asked for, and does not any more', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    let arrives: () => void = () => undefined;
    atDoor((request) => (isForm(request) ? new Promise((resolve) => (arrives = resolve)) : undefined));
    const opening = handed(hub).open(ticketId, 's01', true);
    await station.pass(AT_ONCE_MS);
    await hub.do({ verb: 'finish', window: '1', ticketId }, staff);
    arrives();
    expect(await station.settled(opening)).toMatchObject({ fault: { code: 'handed.not-yours' } });
  });

  it('leaves the memory of its terminal when its way is cut: no later message has it', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    let forms = 0;
    atDoor((request) => {
      if (!isForm(request)) return undefined;
      forms += 1;
      // It has arrived, and neither end hears of the other any more.
      kiosk.line = 'cut';
      return new Promise(() => undefined);
    });
    expect(await open(ticketId, true)).toBe('handed.kiosk-silent');
    await hub.do({ verb: 'finish', window: '1', ticketId }, staff);
    await station.pass(60 * 60_000);
    kiosk.line = 'whole';
    await station.pass(NOTICED_MS);
    kiosk.drafts.sweep();
    expect([forms, kept(kiosk)]).toEqual([1, 0]);
  });

  it('waits through a start with a clock that is 400 days back, and goes with its ticket then too', async () => {
    const ticketId = await handOver(kiosk);
    await kiosk.kill();
    kiosk.wrongByMs = -400 * 24 * 3_600_000;
    kiosk.line = 'cut';
    kiosk.start();
    await station.pass(NOTICED_MS);
    kiosk.drafts.sweep();
    expect(kept(kiosk)).toBe(1);
    kiosk.line = 'whole';
    await station.pass(NOTICED_MS);
    kiosk.drafts.sweep();
    await call();
    expect(await open(ticketId, true)).toBe(SECRET);
    await hub.do({ verb: 'finish', window: '1', ticketId }, staff);
    await station.pass(AT_ONCE_MS);
    kiosk.drafts.sweep();
    expect(kept(kiosk)).toBe(0);
  });

  it.each([
    ['the right day: it is erased', 0, 0],
    ['a day 400 days back: it stays', -400, 1],
  ])('past a midnight without the hub, by a clock of %s', async (_title, days, left) => {
    await handOver(kiosk);
    await kiosk.kill();
    const dayMs = 24 * 3_600_000;
    const toMidnightMs = dayMs - ((station.clock.now() + 8 * 3_600_000) % dayMs);
    kiosk.wrongByMs = days * dayMs + toMidnightMs - 60_000;
    kiosk.line = 'cut';
    kiosk.start();
    await station.pass(120_000);
    kiosk.source.turn();
    kiosk.drafts.sweep();
    expect(kept(kiosk)).toBe(left);
  });

  const YEARS_MS = 400 * 24 * 3_600_000;
  it.each([
    ['years back, which is known', -YEARS_MS, true],
    ['years ahead, which is known', YEARS_MS, true],
    ['years ahead, which nobody has said', YEARS_MS, false],
  ])('at the hub itself waits through a start with a clock %s', async (_when, offMs, isKnown) => {
    const ticketId = await handOver(hub);
    await hub.kill();
    hub.wrongByMs = offMs;
    hub.isDateWrong = isKnown;
    hub.start();
    hub.source.turn();
    hub.drafts.sweep();
    expect(kept(hub)).toBe(1);
    hub.wrongByMs = 0;
    hub.isDateWrong = false;
    hub.source.turn();
    hub.drafts.sweep();
    await call();
    expect(await open(ticketId, true)).toBe(SECRET);
    await hub.do({ verb: 'finish', window: '1', ticketId }, staff);
    hub.drafts.sweep();
    expect(kept(hub)).toBe(0);
  });

  it('at the hub stays under a date that somebody mistypes while it runs, behind a midnight that it saw', async () => {
    await station.pass(24 * 3_600_000);
    hub.source.turn();
    const ticketId = await handOver(hub);
    hub.wrongByMs = YEARS_MS;
    hub.source.turn();
    hub.drafts.sweep();
    expect(kept(hub)).toBe(1);
    hub.wrongByMs = 0;
    hub.source.turn();
    hub.drafts.sweep();
    await call();
    expect(await open(ticketId, true)).toBe(SECRET);
  });

  it('at the hub goes at midnight, and behind a start on another day as soon as somebody comes', async () => {
    await handOver(hub);
    await station.pass(24 * 3_600_000);
    hub.source.turn();
    hub.drafts.sweep();
    expect(kept(hub)).toBe(0);
    await handOver(hub);
    await hub.kill();
    await station.pass(24 * 3_600_000);
    hub.start();
    hub.drafts.sweep();
    expect(kept(hub)).toBe(1);
    await hub.take('A');
    hub.drafts.sweep();
    expect(kept(hub)).toBe(0);
  });

  it('past a midnight without the hub, by a clock that is known to be years ahead: it stays', async () => {
    await handOver(kiosk);
    await kiosk.kill();
    const dayMs = 24 * 3_600_000;
    const toMidnightMs = dayMs - ((station.clock.now() + 8 * 3_600_000) % dayMs);
    kiosk.wrongByMs = YEARS_MS + toMidnightMs - 60_000;
    kiosk.isDateWrong = true;
    kiosk.line = 'cut';
    kiosk.start();
    await station.pass(120_000);
    kiosk.source.turn();
    kiosk.drafts.sweep();
    expect(kept(kiosk)).toBe(1);
  });

  it('of yesterday is erased by a terminal that starts today, when it has heard the hub', async () => {
    await handOver(kiosk);
    await kiosk.kill();
    await station.pass(24 * 3_600_000);
    hub.source.turn();
    kiosk.start();
    await station.pass(NOTICED_MS);
    kiosk.drafts.sweep();
    expect(kept(kiosk)).toBe(0);
  });

  it('is gone with its ticket, wherever that was finished', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    await hub.do({ verb: 'finish', window: '1', ticketId }, staff);
    await station.pass(AT_ONCE_MS);
    kiosk.drafts.sweep();
    expect(kept(kiosk)).toBe(0);
    await hub.do({ verb: 'undo', window: '1' }, staff);
    expect(await look(ticketId)).toEqual({ isThere: false, silentKiosk: null });
    expect(await open(ticketId)).toBe('handed.none');
  });

  it('without one nobody is asked, and nothing is said', async () => {
    await kiosk.take('A');
    await call();
    kiosk.line = 'cut';
    const ticketId = [...hub.source.day().tickets.keys()][0] ?? '';
    expect(await handed(hub).look(ticketId, 's01')).toEqual({
      ok: true,
      value: { isThere: false, silentKiosk: null },
    });
  });

  it('while the hub was lost goes along with the number of the block, and is found when that is merged', async () => {
    kiosk.line = 'cut';
    await station.pass(NOTICED_MS);
    const ticketId = await handOver(kiosk);
    kiosk.line = 'whole';
    await station.pass(NOTICED_MS);
    await call();
    expect(await open(ticketId)).toBe('138****5678');
  });
});

describe('the terminal at which it lies does not answer', () => {
  it.each(['cut', 'refused', 'answers lost'] as const)(
    '(%s): the console says which, and it opens when it is back',
    async (mode) => {
      const ticketId = await handOver(kiosk);
      await call();
      kiosk.line = mode;
      await station.pass(NOTICED_MS);
      expect(await look(ticketId)).toEqual({ isThere: true, silentKiosk: '02' });
      expect(await open(ticketId)).toBe('handed.kiosk-silent');
      kiosk.line = 'whole';
      await station.pass(NOTICED_MS);
      expect(await open(ticketId)).toBe('138****5678');
      expect(audited(kiosk).at(-1)).toBe('handed.opened masked by s01 at terminal 01');
    },
  );

  it('in the moment in which it is asked: the answer is waited for, and not for ever', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    kiosk.line = 'answers lost';
    const askedMs = station.clock.now();
    expect(await open(ticketId)).toBe('handed.kiosk-silent');
    expect(station.clock.now() - askedMs).toBeLessThanOrEqual(hallDelays.errandMs + 100);
    kiosk.line = 'whole';
    await station.pass(NOTICED_MS);
    expect(await open(ticketId)).toBe('138****5678');
  });

  it('since it is off, and the hub was started again: the ticket says where it lies', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    await kiosk.kill();
    await hub.restart();
    expect(await look(ticketId)).toEqual({ isThere: true, silentKiosk: '02' });
    kiosk.start();
    await station.pass(NOTICED_MS);
    expect(await look(ticketId)).toEqual({ isThere: true, silentKiosk: null });
    expect(await open(ticketId)).toBe('138****5678');
  });

  it('in the first seconds of the hub, before it can have heard of it: it is waited for', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    await hub.kill();
    await station.pass(2_000);
    hub.start();
    expect(await look(ticketId)).toEqual({ isThere: true, silentKiosk: null });
    await hub.restart();
    await station.pass(NOTICED_MS);
    await kiosk.kill();
    await hub.restart();
    await station.pass(hallDelays.errandMs);
    const askedMs = station.clock.now();
    expect(await look(ticketId)).toEqual({ isThere: true, silentKiosk: '02' });
    expect(station.clock.now() - askedMs).toBeLessThanOrEqual(AT_ONCE_MS);
  });

  it('until the ticket is over: it is erased as soon as the terminal hears of that', async () => {
    const ticketId = await handOver(kiosk);
    await call();
    await kiosk.kill();
    await hub.do({ verb: 'finish', window: '1', ticketId }, staff);
    kiosk.start();
    expect(kept(kiosk)).toBe(1);
    await station.pass(NOTICED_MS);
    kiosk.drafts.sweep();
    expect(kept(kiosk)).toBe(0);
  });

  it('two windows that ask at the same moment are both answered', async () => {
    const [one, two] = [await handOver(kiosk), await handOver(kiosk)];
    await call();
    await hub.do({ verb: 'open-window', window: '2', lines: ['A'], person: 's02' }, staff);
    await hub.do({ verb: 'next', window: '2' }, staff);
    const both = Promise.all([handed(hub).open(one, 's01', true), handed(hub).open(two, 's02', true)]);
    expect((await station.settled(both)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(audited(kiosk).filter((row) => row.startsWith('handed.opened'))).toHaveLength(2);
  });
});

describe('a console of a member', () => {
  it('opens what lies at the hub, and at another member, by the hub', async () => {
    const [atHub, atKiosk] = [await handOver(hub), await handOver(kiosk)];
    await call(other);
    expect(await look(atHub, other)).toEqual({ isThere: true, silentKiosk: null });
    expect(await open(atHub, true, other)).toBe(SECRET);
    expect(audited(hub).at(-1)).toBe('handed.opened whole by s01 at terminal 03');
    await other.do({ verb: 'finish', window: '1', ticketId: atHub }, staff);
    await station.pass(5_000);
    await call(other);
    expect(await open(atKiosk, false, other)).toBe('138****5678');
    expect(audited(kiosk).at(-1)).toBe('handed.opened masked by s01 at terminal 03');
  });

  it('says that it is there when the hub does not answer', async () => {
    const ticketId = await handOver(hub);
    await call(other);
    other.line = 'refused';
    expect(await look(ticketId, other)).toEqual({ isThere: true, silentKiosk: '01' });
    expect(await open(ticketId, false, other)).toBe('queue.hub-lost');
  });

  it('opens what lies where it is', async () => {
    const ticketId = await handOver(kiosk);
    await call(kiosk);
    expect(await open(ticketId, false, kiosk)).toBe('138****5678');
    expect(audited(kiosk).at(-1)).toBe('handed.opened masked by s01');
  });
});

it('a hub that took over from a lost one knows where each form lies', async () => {
  const ticketId = await handOver(kiosk);
  await hub.kill();
  await other.kill();
  other.takeOver();
  other.start();
  await kiosk.kill();
  kiosk.hubIs = '03';
  kiosk.start();
  await station.pass(5_000);
  await call(other);
  expect(await open(ticketId, true, other)).toBe(SECRET);
});

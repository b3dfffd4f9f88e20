import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { randomUUID } from 'node:crypto';
import { fault } from '#contract/fault.ts';
import { hallAnswerSchema, hallDelays, hallRequestSchema } from '#contract/queue/hall-api.ts';
import { err, ok } from '#contract/result.ts';
import { createChanges } from '../changes.ts';
import { attendHub, type AskHall } from './attend-hub.ts';
import { helpDelays } from '../help/help-calls.ts';
import { StationUnderTest, type TerminalInStation } from '../tickets/members/for-tests.ts';

/** Somebody stands at a member's kiosk, and the consoles are at the hub. */
const first = { staffId: 's01', window: '1' };
const second = { staffId: 's02', window: '2' };
/** For a question, and for whatever it sets off. */
const AT_ONCE_MS = 100;
/** Until each end of a line that is cut has noticed it. */
const NOTICED_MS = hallDelays.attendMs + hallDelays.answerMs + hallDelays.silentAfterMs;

let station: StationUnderTest;
let hub: TerminalInStation;
let kiosk: TerminalInStation;
let stopListening: () => void;

beforeEach(async () => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  kiosk = station.terminal('02');
  await station.start();
  stopListening = hub.inHall.help.listen();
  await station.pass(AT_ONCE_MS);
});
afterEach(() => station.close());

const calls = (at = hub) => at.inHall.help.atConsole().calls;
const seen = (at = hub) =>
  calls(at).map(({ kiosk: number, page, helper, isReachable }) =>
    [number, page, helper?.staffId ?? 'nobody', isReachable ? 'there' : 'silent'].join(' '),
  );
const atKiosk = () => kiosk.inHall.help.atKiosk();

function callId(): string {
  const [call] = calls();
  if (!call) throw new Error('nobody calls');
  return call.callId;
}

async function call(): Promise<void> {
  expect(kiosk.inHall.help.call('question').ok).toBe(true);
  await station.pass(AT_ONCE_MS);
}

/** What both terminals wrote down of calls, each at its own. */
const audited = () =>
  [hub, kiosk].map(({ store }) =>
    store
      .sql("SELECT event, disposition, detail FROM audit WHERE event LIKE 'help.%' ORDER BY sequence")
      .all()
      .map((row) => Object.values(row).map(String).join(' ')),
  );

describe('a call at a member', () => {
  it('is on the consoles of the hub at once, with its kiosk and its time, and the kiosk says so', async () => {
    kiosk.wrongByMs = -3 * 3_600_000;
    await kiosk.restart();
    expect(atKiosk()).toMatchObject({ isHeard: true, call: null });
    await call();
    expect(seen()).toEqual(['02 question nobody there']);
    expect(calls()[0]?.calledMs).toBeGreaterThan(station.clock.now() - 1_000);
    expect(atKiosk().call).toMatchObject({ isTold: true, helper: null });
    expect(seen(station.terminal('03'))).toEqual([]);
    expect(audited()).toEqual([[], ['help.called heard kiosk 02, question']]);
  });

  it('is answered at the hub, by one, and the kiosk says who comes; it is written down once, where it was said', async () => {
    await call();
    expect(hub.inHall.help.come(callId(), first).ok).toBe(true);
    expect(hub.inHall.help.come(callId(), second)).toMatchObject({ fault: { code: 'help.taken' } });
    await station.pass(AT_ONCE_MS);
    expect(atKiosk().call?.helper).toEqual(first);
    const over = callId();
    expect(hub.inHall.help.done(over, first).ok).toBe(true);
    expect(hub.inHall.help.done(over, first)).toMatchObject({ fault: { code: 'help.gone' } });
    await station.pass(AT_ONCE_MS);
    expect([atKiosk().call, calls()]).toEqual([null, []]);
    expect(audited()).toEqual([
      ['help.answered success window 1, s01, kiosk 02', 'help.done success window 1, s01, kiosk 02'],
      ['help.called heard kiosk 02, question'],
    ]);
  });

  it('is answered at the member’s own screen too, and the hub shows that', async () => {
    await call();
    const atScreen = { staffId: 's03', window: null };
    expect(kiosk.inHall.help.come(callId(), atScreen).ok).toBe(true);
    await station.pass(AT_ONCE_MS);
    expect(seen()).toEqual(['02 question s03 there']);
    expect(hub.inHall.help.come(callId(), first)).toMatchObject({ fault: { code: 'help.taken' } });
    expect(kiosk.inHall.help.done(callId(), atScreen).ok).toBe(true);
    await station.pass(AT_ONCE_MS);
    expect(calls()).toEqual([]);
    expect(audited()[0]).toEqual([]);
  });

  it.each([
    ['is taken back', () => kiosk.inHall.help.takeBack()],
    ['is over with the visit', () => kiosk.inHall.visitEnded()],
  ])('%s', async (_title, end) => {
    await call();
    end();
    await station.pass(AT_ONCE_MS);
    expect(calls()).toEqual([]);
  });

  it('stands beside those of the hub’s own kiosk and of another member, the longest wait first', async () => {
    const other = station.terminal('03');
    expect(other.inHall.help.call('start').ok).toBe(true);
    await station.pass(1_000);
    await call();
    await station.pass(1_000);
    expect(hub.inHall.help.call('paper').ok).toBe(true);
    expect(calls().map((one) => one.kiosk)).toEqual(['03', '02', '01']);
    const [oldest] = calls();
    hub.inHall.help.come(oldest?.callId ?? '', first);
    await station.pass(AT_ONCE_MS);
    expect(other.inHall.help.atKiosk().call?.helper).toEqual(first);
    expect(atKiosk().call?.helper).toBeNull();
  });
});

describe('another line to the same hub', () => {
  const nobody = { changes: createChanges(), open: () => null, heard: () => undefined };

  it('that refuses each reply does not hold up a call', async () => {
    const errand = {
      errandId: randomUUID(),
      ask: { ticketId: randomUUID(), account: 's01', whole: true, from: '01' },
    };
    const told: (string | null)[] = [];
    let isCalling = false;
    const callId = randomUUID();
    const askHall: AskHall = (request) => {
      if (request.kind !== 'attend') throw new Error(request.kind);
      if (request.reply !== null)
        return Promise.resolve(err(fault('queue.hub-refuses', 'the door answers 400')));
      told.push(request.call?.callId ?? null);
      const heard = { isHeard: true, call: request.call && { callId, helper: null, isOver: false } };
      // As long as it has no reply the hub says its errand again.
      return Promise.resolve(ok({ is: 'attended', heard, errand }));
    };
    const { clock } = station;
    const changes = createChanges();
    const open = () =>
      isCalling ? { callId, page: 'question' as const, calledMs: clock.now(), answer: null } : null;
    const calls = { ...nobody, changes, open };
    const ports = { askHall, clock, own: '02', newUuid: randomUUID, calls };
    const attending = attendHub({ ...ports, find: () => err(fault('handed.none')) });
    await station.pass(AT_ONCE_MS);
    isCalling = true;
    changes.notify();
    await station.pass(AT_ONCE_MS);
    expect(told.at(-1)).toBe(callId);
    await attending.close();
  });

  it('of a second machine with this number: both ask at their pace, and the hub says so once', async () => {
    let asked = 0;
    const askHall: AskHall = async (request, _timeoutMs, signal) => {
      asked += 1;
      // More than this is a loop without an end, and the test would be one too.
      if (asked > 500) return new Promise(() => undefined);
      const answer = await hub.inHall.desk.answer(hallRequestSchema.parse(request), signal);
      return ok(hallAnswerSchema.parse(answer));
    };
    const ports = { askHall, clock: station.clock, own: '02', newUuid: randomUUID, calls: nobody };
    const twin = attendHub({ ...ports, find: () => err(fault('handed.none')) });
    await station.pass(AT_ONCE_MS);
    const before = asked;
    await call();
    await station.pass(10 * hallDelays.againMs);
    expect(asked - before).toBeLessThanOrEqual(30);
    expect(seen()).toEqual(['02 question nobody there']);
    expect(hub.logged.filter((line) => line.includes('hall.two-of-one-number'))).toEqual([
      'hall.two-of-one-number terminal 02',
    ]);
    kiosk.inHall.help.takeBack();
    await twin.close();
  });
});

describe('nobody is there to hear', () => {
  it('when the last console is closed, and the kiosk says so', async () => {
    stopListening();
    await station.pass(AT_ONCE_MS);
    expect(atKiosk().isHeard).toBe(false);
    await call();
    expect(audited()[1]).toEqual(['help.called nobody-there kiosk 02, question']);
    stopListening = hub.inHall.help.listen();
    await station.pass(AT_ONCE_MS);
    expect(atKiosk()).toMatchObject({ isHeard: true, call: { isTold: true } });
  });
});

describe('the line is lost', () => {
  it.each(['refused', 'cut', 'answers lost'] as const)(
    '(%s) before the call: the kiosk does not say that it arrived, and it arrives when the line is back',
    async (mode) => {
      kiosk.line = mode;
      await station.pass(NOTICED_MS);
      expect(atKiosk().isHeard).toBe(false);
      await call();
      expect(atKiosk().call?.isTold).toBe(false);
      await station.pass(60_000);
      expect(atKiosk().call?.isTold).toBe(false);
      kiosk.line = 'whole';
      await station.pass(NOTICED_MS);
      expect(seen()).toEqual(['02 question nobody there']);
      expect(atKiosk()).toMatchObject({ isHeard: true, call: { isTold: true } });
      expect(station.clock.now() - (calls()[0]?.calledMs ?? 0)).toBeGreaterThan(60_000);
    },
  );

  it('for almost as long as a call is kept: from when it arrives it is kept as long as any', async () => {
    kiosk.line = 'cut';
    await call();
    await station.pass(helpDelays.forgetAfterMs - 30_000);
    kiosk.line = 'whole';
    await station.pass(helpDelays.forgetAfterMs - 60_000);
    expect(seen()).toEqual(['02 question nobody there']);
    await station.pass(60_000 + NOTICED_MS);
    expect([calls(), atKiosk().call]).toEqual([[], null]);
  });

  it('with the call taken back meanwhile: nobody ever hears of it', async () => {
    kiosk.line = 'cut';
    await call();
    kiosk.inHall.help.takeBack();
    await station.pass(NOTICED_MS);
    kiosk.line = 'whole';
    await station.pass(NOTICED_MS);
    expect(calls()).toEqual([]);
  });

  it('behind the call: the console says that the kiosk does not answer, and who goes is heard there later', async () => {
    await call();
    kiosk.line = 'cut';
    await station.pass(NOTICED_MS);
    expect(seen()).toEqual(['02 question nobody silent']);
    expect(atKiosk()).toMatchObject({ isHeard: false, call: { isTold: false } });
    expect(hub.inHall.help.come(callId(), first).ok).toBe(true);
    expect(seen()).toEqual(['02 question s01 silent']);
    kiosk.line = 'whole';
    await station.pass(NOTICED_MS);
    expect(seen()).toEqual(['02 question s01 there']);
    expect(atKiosk().call).toMatchObject({ helper: first, isTold: true });
  });

  it('and somebody went there and helped: it does not ring again when the line is back', async () => {
    await call();
    kiosk.line = 'cut';
    await station.pass(NOTICED_MS);
    expect(hub.inHall.help.done(callId(), first).ok).toBe(true);
    expect(calls()).toEqual([]);
    kiosk.line = 'whole';
    await station.pass(NOTICED_MS);
    expect([calls(), atKiosk().call]).toEqual([[], null]);
    // The next one is another one.
    await call();
    expect(seen()).toEqual(['02 question nobody there']);
  });

  it('for good: the consoles are not left with a call for ever', async () => {
    await call();
    await kiosk.kill();
    await station.pass(hallDelays.silentAfterMs + AT_ONCE_MS);
    expect(seen()).toEqual(['02 question nobody silent']);
    await station.pass(helpDelays.forgetAfterMs);
    expect(calls()).toEqual([]);
    expect(
      hub.store
        .sql("SELECT disposition, detail FROM audit WHERE event = 'help.ended'")
        .all()
        .map((row) => ({ ...row })),
    ).toEqual([{ disposition: 'kiosk-silent', detail: 'kiosk 02' }]);
  });

  it('a question that was overtaken on the way brings nothing back that was taken back', async () => {
    await call();
    const { desk } = hub.inHall;
    const [{ callId: id, page } = { callId: '', page: 'start' as const }] = calls();
    const told = { callId: id, page, helper: null, ageMs: 0 };
    const attend = { kind: 'attend' as const, terminal: '04', run: id, reply: null, heard: null };
    const signal = new AbortController().signal;
    await desk.answer({ ...attend, turn: 2, call: null }, signal);
    await desk.answer({ ...attend, turn: 1, call: told }, signal);
    expect(seen()).toEqual(['02 question nobody there']);
  });
});

describe('a terminal is started again', () => {
  it('the member: its call is there once, as it was, with who comes', async () => {
    await call();
    hub.inHall.help.come(callId(), first);
    await station.pass(AT_ONCE_MS);
    const before = calls();
    await kiosk.restart();
    await station.pass(AT_ONCE_MS);
    expect(calls()).toEqual(before);
    expect(atKiosk().call?.helper).toEqual(first);
  });

  it('the member, by a kill in the moment in which somebody said "I come": it hears that at its start', async () => {
    await call();
    kiosk.line = 'answers lost';
    hub.inHall.help.come(callId(), first);
    await kiosk.kill();
    kiosk.line = 'whole';
    kiosk.start();
    await station.pass(AT_ONCE_MS);
    expect(atKiosk().call?.helper).toEqual(first);
    expect(seen()).toEqual(['02 question s01 there']);
  });

  it('the hub: it hears again who calls, since when, and who comes', async () => {
    await call();
    hub.inHall.help.come(callId(), first);
    await station.pass(30_000);
    const [before] = calls();
    await hub.kill();
    await station.pass(2_000);
    expect(atKiosk()).toMatchObject({ isHeard: false, call: { helper: first, isTold: false } });
    hub.start();
    await station.pass(hallDelays.againMs + AT_ONCE_MS);
    expect(seen()).toEqual(['02 question s01 there']);
    const [now] = calls();
    expect(Math.abs((now?.calledMs ?? 0) - (before?.calledMs ?? 0))).toBeLessThan(50);
    expect(atKiosk().call?.isTold).toBe(true);
  });

  it('as a hub that was replaced: nobody is called by it, and the kiosk does not say so', async () => {
    const heir = station.terminal('03');
    await hub.kill();
    await heir.kill();
    heir.takeOver();
    heir.start();
    hub.start();
    await station.pass(5_000);
    await call();
    expect(atKiosk()).toMatchObject({ isHeard: false, call: { isTold: false } });
    expect(calls()).toEqual([]);
  });
});

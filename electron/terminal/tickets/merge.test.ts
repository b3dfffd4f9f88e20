import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { Clock } from '#contract/ports.ts';
import { compareStamps, type Stamp } from '#contract/queue/stamp.ts';
import type { NewTicket } from '#contract/queue/ticket.ts';
import { MINUTE_MS, queueForTests, ticketIdOf, type QueueUnderTest } from './for-tests.ts';
import { mergeTold as merge, type Merged, type Told } from './merge.ts';
import { loneIssuer, successorIssuer } from './numbers.ts';
import type { QueueDay, Ticket } from './queue-day.ts';
import { createStationClock } from './station-clock.ts';

const mergeTold = (day: QueueDay, told: Told, now: Stamp): Merged => merge(day, told, now, new Set());

/** What a member by itself gave out, as it tells it. */
function toldBy(member: QueueUnderTest): NewTicket[] {
  return member.events.flatMap((event) => (event.type === 'taken' ? [event.ticket] : []));
}

function loneMember(terminal: '02' | '03'): QueueUnderTest {
  const member = queueForTests({}, Number(terminal) * 100);
  member.issueBy(loneIssuer(terminal));
  return member;
}

const numbersInOrder = (queue: QueueUnderTest): string[] => {
  queue.open('1', 'A', 'B', 'C');
  const called: string[] = [];
  for (;;) {
    queue.pass(5000);
    const number = queue.next('1');
    if (number.startsWith('queue.')) return called;
    called.push(number);
    queue.must({ verb: 'finish', window: '1', ticketId: queue.day().windows.get('1')?.ticketId ?? '' });
  }
};

describe('a member whose hub is lost', () => {
  it('gives out its own block, marked, and tells no wait', () => {
    const member = loneMember('02');
    const tickets: Ticket[] = [member.take('A'), member.take('A'), member.take('B')];
    expect(tickets.map(({ number, local, told }) => [number, local, told])).toEqual([
      ['A900', true, null],
      ['A901', true, null],
      ['B900', true, null],
    ]);
  });

  it('says so when the block is used up, and gives out nothing of another', () => {
    const member = loneMember('02');
    for (let count = 0; count < 50; count += 1) member.take('A');
    expect(() => member.take('A')).toThrow('queue.numbers-used-up');
    member.take('B');
  });

  it('has nothing to give out without a block', () => {
    const member = queueForTests({ blocks: [] });
    member.issueBy(loneIssuer('02'));
    expect(() => member.take('A')).toThrow('queue.numbers-used-up');
  });

  it('made the hub, goes on in its own block: how far the old hub had counted, nobody knows', () => {
    const successor = queueForTests();
    successor.issueBy(successorIssuer('03'));
    expect(successor.take('A')).toMatchObject({ number: 'A950', local: false });
  });
});

describe('the hub', () => {
  it('never counts into a block, and takes its own when the rest is used up', () => {
    const blocks = [
      { terminal: '02', from: 2, to: 997 },
      { terminal: '01', from: 999, to: 999 },
    ];
    const hub = queueForTests({ blocks });
    expect([hub.take('A'), hub.take('A'), hub.take('A')].map(({ number }) => number)).toEqual([
      'A001',
      'A998',
      'A999',
    ]);
    expect(() => hub.take('A')).toThrow('queue.numbers-used-up');
  });

  it('puts everybody where his time puts him, and asks nothing of a printed ticket', () => {
    const hub = queueForTests();
    const member = loneMember('02');
    hub.take('A');
    hub.pass(MINUTE_MS);
    member.pass(MINUTE_MS);
    member.take('A');
    hub.pass(MINUTE_MS);
    hub.take('A');
    hub.pass(MINUTE_MS);
    hub.closeAt(hub.nowMs());
    const now = { atMs: hub.nowMs(), counter: 0, terminal: '01' };
    const told = { terminal: '02', tickets: toldBy(member), lastHeard: null };
    hub.tell(mergeTold(hub.day(), told, now).events);
    expect(mergeTold(hub.day(), told, now)).toEqual({ events: [], refused: [] });
    expect(numbersInOrder(hub)).toEqual(['A001', 'A900', 'A002']);
  });

  it('cuts a time that cannot be, and keeps the member’s own order', () => {
    const hub = queueForTests();
    const lost = { atMs: hub.nowMs() + MINUTE_MS, counter: 0, terminal: '01' };
    const member = loneMember('02');
    withTaken(member, 3);
    // Before the hub was lost; in a year; and between.
    const wrongBy = [-1e9, 3e10, 5 * MINUTE_MS];
    const odd = toldBy(member).map((ticket, index) => ({
      ...ticket,
      arrived: { ...ticket.arrived, atMs: ticket.arrived.atMs + (wrongBy[index] ?? 0) },
    }));
    hub.take('A');
    hub.pass(10 * MINUTE_MS);
    const now = { atMs: hub.nowMs(), counter: 5, terminal: '01' };
    hub.tell(mergeTold(hub.day(), { terminal: '02', tickets: odd, lastHeard: lost }, now).events);
    hub.pass(1);
    hub.take('A');
    expect(numbersInOrder(hub)).toEqual(['A001', 'A900', 'A901', 'A902', 'A002']);
  });

  it('does not take a number that is given out; the others come in, and staff are told of the one', () => {
    const hub = queueForTests();
    const tickets = toldBy(withTaken(loneMember('02'), 2));
    const now = { atMs: hub.nowMs(), counter: 0, terminal: '01' };
    hub.tell(
      mergeTold(hub.day(), { terminal: '02', tickets: tickets.slice(0, 1), lastHeard: null }, now).events,
    );
    const again = tickets.map((ticket, index) => ({ ...ticket, ticketId: ticketIdOf(80 + index) }));
    const merged = mergeTold(hub.day(), { terminal: '02', tickets: again, lastHeard: null }, now);
    expect(merged.events.map((event) => event.type === 'taken' && event.ticket.number)).toEqual(['A901']);
    expect(merged.refused).toEqual([
      { ticket: again[0], fault: { code: 'queue.number-twice', detail: 'A900' } },
    ]);
  });

  it('cancels the ticket that it gave out and whose answer never came', () => {
    const hub = queueForTests();
    const ghost = hub.take('A');
    const tickets = toldBy(withTaken(loneMember('02'), 1)).map((ticket) => ({
      ...ticket,
      instead: ghost.ticketId,
    }));
    const now = { atMs: hub.nowMs(), counter: 0, terminal: '01' };
    hub.tell(mergeTold(hub.day(), { terminal: '02', tickets, lastHeard: null }, now).events);
    expect(numbersInOrder(hub)).toEqual(['A900']);
    expect(hub.take('A').number).toBe('A002');
  });
});

function withTaken(queue: QueueUnderTest, count: number): QueueUnderTest {
  for (let one = 0; one < count; one += 1) queue.take('A');
  return queue;
}

/** A machine whose clock shows something else, and can be set, while its monotonic clock goes on. */
function machine(truth: SimulatedClock, wrongByMs: number): Clock & { set(wrongByMs: number): void } {
  let wrong = wrongByMs;
  return {
    now: () => truth.now() + wrong,
    monotonicMs: () => truth.monotonicMs(),
    after: (delayMs, callback) => truth.after(delayMs, callback),
    set: (to) => {
      wrong = to;
    },
  };
}

const terminals = ['01', '02', '03'] as const;
type TerminalNumber = (typeof terminals)[number];

interface Step {
  readonly at: TerminalNumber;
  readonly afterMs: number;
  /** Somebody sets the machine's clock before that. */
  readonly setWrongByMs: number | null;
}

/** A hub and two members, heard once and then lost: everybody's numbers, in true order and in the hub's. */
async function splitDay(wrongByMs: readonly number[], steps: readonly Step[]) {
  const truth = new SimulatedClock();
  const stations = new Map(
    terminals.map((terminal, index) => {
      const own = machine(truth, wrongByMs[index] ?? 0);
      const clock = createStationClock({ clock: own, terminal, offsetMs: null });
      const queue = terminal === '01' ? queueForTests() : loneMember(terminal);
      queue.stampBy(clock.stamp);
      return [terminal, { own, clock, queue }] as const;
    }),
  );
  const at = (terminal: TerminalNumber) => {
    const station = stations.get(terminal);
    if (!station) throw new Error(terminal);
    return station;
  };
  const hub = at('01');
  for (const member of ['02', '03'] as const) at(member).clock.hear(hub.clock.nowMs(), truth.monotonicMs());
  const lastHeard = hub.clock.stamp();
  const taken: string[] = [];
  for (const { at: terminal, afterMs, setWrongByMs } of steps) {
    await truth.advance(afterMs);
    if (setWrongByMs !== null) at(terminal).own.set(setWrongByMs);
    taken.push(at(terminal).queue.take('A').number);
  }
  for (const terminal of ['03', '02'] as const) {
    const tickets = toldBy(at(terminal).queue);
    const merged = mergeTold(hub.queue.day(), { terminal, tickets, lastHeard }, hub.clock.stamp());
    expect(merged.refused).toEqual([]);
    hub.queue.tell(merged.events);
  }
  const inLine = [...hub.queue.day().tickets.values()].sort((a, b) => compareStamps(a.arrived, b.arrived));
  return { taken, inLine, nowMs: hub.clock.nowMs() };
}

describe('clocks that differ', () => {
  const wrongByMs = fc.integer({ min: -400 * 86_400_000, max: 400 * 86_400_000 });
  const step = fc.record({
    at: fc.constantFrom(...terminals),
    afterMs: fc.integer({ min: 1, max: 10 * MINUTE_MS }),
    setWrongByMs: fc.option(wrongByMs, { freq: 4 }),
  });
  const steps = fc.array(step, { minLength: 2, maxLength: 20 });

  it('reorder nobody, however wrong they are and whoever sets them while the line is down', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(wrongByMs, wrongByMs, wrongByMs), steps, async (wrong, done) => {
        const { taken, inLine, nowMs } = await splitDay(wrong, done);
        expect(inLine.map(({ number }) => number)).toEqual(taken);
        expect(inLine.every(({ arrived }) => arrived.atMs <= nowMs)).toBe(true);
      }),
      { numRuns: 100, seed: 6 },
    );
  });

  it('after a restart in the middle count on with what was kept, into the next day', async () => {
    const truth = new SimulatedClock();
    const own = machine(truth, 7 * MINUTE_MS);
    const before = createStationClock({ clock: own, terminal: '02', offsetMs: null });
    before.hear(truth.now(), truth.monotonicMs());
    await truth.advance(MINUTE_MS);
    const after = createStationClock({ clock: own, terminal: '02', offsetMs: before.offsetMs() });
    after.beginDay();
    expect(after.nowMs()).toBe(truth.now());
  });

  it('are heard as of the middle of question and answer', async () => {
    const truth = new SimulatedClock();
    const clock = createStationClock({ clock: machine(truth, 0), terminal: '02', offsetMs: null });
    const asked = truth.monotonicMs();
    await truth.advance(30);
    const hubMs = truth.now();
    await truth.advance(30);
    clock.hear(hubMs, asked);
    expect(clock.nowMs()).toBe(truth.now());
  });

  it('that were set back over a restart give no stamp twice, and do not stand still', async () => {
    const truth = new SimulatedClock();
    const own = machine(truth, 0);
    const first = createStationClock({ clock: own, terminal: '01', offsetMs: null }).stamp();
    own.set(-60 * MINUTE_MS);
    const second = createStationClock({ clock: own, terminal: '01', offsetMs: null });
    second.goOnFrom(first);
    expect([second.stamp(), second.stamp()]).toEqual([
      { ...first, counter: 1 },
      { ...first, counter: 2 },
    ]);
    await truth.advance(20_000);
    expect(second.stamp()).toEqual({ ...first, atMs: first.atMs + 20_000 });
  });

  it('of a hub that was wrong yesterday are right today', async () => {
    const truth = new SimulatedClock();
    const own = machine(truth, 60 * MINUTE_MS);
    const hub = createStationClock({ clock: own, terminal: '01', offsetMs: null });
    own.set(0);
    await truth.advance(MINUTE_MS);
    expect(hub.nowMs()).toBe(truth.now() + 60 * MINUTE_MS);
    hub.beginDay();
    expect(hub.nowMs()).toBe(truth.now());
  });
});

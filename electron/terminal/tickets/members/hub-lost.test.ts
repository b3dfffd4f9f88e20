import type { QueueCommand } from '#contract/queue/command.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { logOf, resident, staff, StationUnderTest, type TerminalInStation } from './for-tests.ts';

let station: StationUnderTest;
let hub: TerminalInStation;
let member: TerminalInStation;
let other: TerminalInStation;

beforeEach(async () => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  member = station.terminal('02');
  other = station.terminal('03');
  await station.start();
});
afterEach(() => station.close());

function take(): QueueCommand {
  const ticketId = station.newTicketId();
  return { verb: 'take', ticketId, line: 'A', slug: null, instead: null, ticketClass: 'ordinary' };
}

describe('while the hub is there', () => {
  it('a number taken at a member is the hub’s next one, and everybody sees it', async () => {
    expect([await hub.take('A'), await member.take('A'), await other.take('A')]).toEqual([
      'A001',
      'A002',
      'A003',
    ]);
    await station.pass(100);
    expect(member.hall()).toEqual(hub.hall());
    expect([logOf(member), logOf(other)]).toEqual([logOf(hub), logOf(hub)]);
    expect(member.slips).toEqual(['A002']);
    expect(hub.audited('queue.take')).toEqual(['A001', 'A002 at terminal 02', 'A003 at terminal 03']);
  });

  it('staff at a member’s door work at the hub', async () => {
    await hub.take('A');
    await station.open(member, '1');
    expect(await member.do({ verb: 'next', window: '1' }, staff)).toMatchObject({ ok: true });
    expect(hub.hall()).toEqual(['A001 called']);
    expect(hub.audited('queue.next')).toEqual(['A001 window 1 by s01 at terminal 02']);
  });

  it('the same touch twice is one ticket and one slip', async () => {
    const ticketId = station.newTicketId();
    await Promise.all([member.take('A', ticketId), member.take('A', ticketId)]);
    expect(await member.take('A', ticketId)).toBe('none');
    expect(hub.hall()).toEqual(['A001 waiting']);
  });

  it('a member that was off reads in what it missed', async () => {
    await member.kill();
    // More than one message holds.
    for (let person = 0; person < 520; person += 1) void hub.source.do(take(), resident, () => undefined);
    member.start();
    await station.pass(500);
    expect(logOf(member)).toBe(logOf(hub));
  });
});

describe('under a date that is known to be wrong', () => {
  const walkIn = (): QueueCommand => {
    const ticketId = station.newTicketId();
    return { verb: 'walk-in', ticketId, window: '1', line: 'A', slug: null, ticketClass: 'ordinary' };
  };

  it('of the hub, nobody gets a number at a member or at a window of it; who has one is called', async () => {
    await member.take('A');
    await station.open(member, '1');
    hub.isDateWrong = true;
    expect(await member.take('A')).toBe('station.clock-wrong');
    for (const at of [hub, member])
      expect(await at.do(walkIn(), staff)).toMatchObject({ fault: { code: 'station.clock-wrong' } });
    expect(hub.audited('queue.walk-in')).toEqual([]);
    expect(member.slips).toEqual(['A001']);
    expect(await member.do({ verb: 'next', window: '1' }, staff)).toMatchObject({ ok: true });
    hub.isDateWrong = false;
    expect(await member.take('A')).toBe('A002');
  });

  it('of a member that has lost the hub, it gives nobody one of its own block', async () => {
    await hub.kill();
    member.isDateWrong = true;
    const refused = member.do(take(), staff);
    expect(await station.settled(refused)).toMatchObject({ fault: { code: 'station.clock-wrong' } });
    expect(member.slips).toEqual([]);
    member.isDateWrong = false;
    expect(await station.settled(member.take('A'))).toBe('A900');
  });
});

describe('a hub that is killed', () => {
  it('costs nobody the number: the member gives out its own block, marked, and tells it once', async () => {
    await member.take('A');
    await hub.kill();
    expect([await member.take('A'), await member.take('B')]).toEqual(['A900', 'B900']);
    await station.pass(60_000);
    hub.start();
    expect(await hub.take('A')).toBe('A002');
    await station.pass(3_000);
    await member.restart();
    expect(hub.hall()).toEqual(['A001 waiting', 'A900 waiting', 'B900 waiting', 'A002 waiting']);
    expect(logOf(member)).toBe(logOf(hub));
    expect(hub.audited('queue.merged')).toEqual(['terminal 02: A900 B900']);
    expect(await member.take('A')).toBe('A003');
    expect(member.slips).toEqual(['A001', 'A900', 'B900', 'A003']);
  });

  it('and back in a moment is waited for, and no number is marked', async () => {
    await hub.kill();
    await station.pass(200);
    const asked = member.source.do(take(), resident, () => undefined);
    await station.pass(500);
    hub.start();
    expect(await station.settled(asked)).toMatchObject({ value: [{ ticket: { number: 'A001' } }] });
  });

  it('leaves staff at a member with a word for it, and nothing done', async () => {
    await station.open(member, '1');
    await hub.kill();
    const asked = await member.do({ verb: 'next', window: '1' }, staff);
    expect(asked).toMatchObject({ ok: false, fault: { code: 'queue.hub-lost' } });
  });

  it('a member that is killed too keeps what it has to tell, and its block goes on behind it', async () => {
    await hub.kill();
    expect(await member.take('A')).toBe('A900');
    await member.restart();
    expect(await member.take('A')).toBe('A901');
    hub.start();
    await station.pass(3_000);
    expect(hub.hall()).toEqual(['A900 waiting', 'A901 waiting']);
  });

  it('a number given up before the hub knew of it is over there too', async () => {
    await hub.kill();
    await member.take('A');
    const [ticketId = ''] = [...member.source.day().tickets.keys()];
    await member.do({ verb: 'cancel', ticketId, window: null, reason: 'left' }, resident);
    expect(member.hall()).toEqual(['A900 cancelled']);
    hub.start();
    await station.pass(3_000);
    expect(hub.hall()).toEqual(['A900 cancelled']);
    expect(logOf(member)).toBe(logOf(hub));
  });

  it('a member put back from an older copy gives no number of its block twice', async () => {
    await hub.kill();
    const copy = member.copy();
    expect([await member.take('A'), await member.take('A')]).toEqual(['A900', 'A901']);
    await member.kill();
    member.putBack(copy);
    member.start();
    expect(await member.take('A')).toBe('A902');
    expect(member.source.noted()).toEqual(['A900', 'A901']);
  });
});

describe('a line that is cut while a number is asked for', () => {
  it('and an answer that is lost is settled: the one that nobody holds is cancelled', async () => {
    member.line = 'answers lost';
    expect(await member.take('A')).toBe('A900');
    expect(hub.hall()).toEqual(['A001 waiting']);
    member.line = 'whole';
    await station.pass(20_000);
    expect(hub.hall()).toEqual(['A001 cancelled', 'A900 waiting']);
    expect(member.hall()).toEqual(hub.hall());
    expect(await station.serveAll(hub)).toEqual(['A900']);
  });

  it('is known within three seconds, and then nobody waits any more', async () => {
    member.line = 'cut';
    const beganMs = station.clock.monotonicMs();
    await member.take('A');
    expect(station.clock.monotonicMs() - beganMs).toBeLessThanOrEqual(3_100);
    const nextMs = station.clock.monotonicMs();
    await station.pass(3_000);
    await member.take('A');
    expect(station.clock.monotonicMs() - nextMs).toBeLessThanOrEqual(3_100);
    expect(member.slips).toEqual(['A900', 'A901']);
  });

  it('a member killed while it waits leaves nobody’s ticket in the line', async () => {
    member.line = 'answers lost';
    void member.source.do(take(), resident, () => undefined);
    await station.pass(500);
    expect(hub.hall()).toEqual(['A001 waiting']);
    await member.kill();
    member.line = 'whole';
    member.start();
    await station.pass(3_000);
    expect(hub.hall()).toEqual(['A001 cancelled']);
    expect(member.source.noted()).toEqual([]);
  });

  it('what the member gives out, and is told twice since the answer is lost, is there once', async () => {
    member.line = 'cut';
    await member.take('A');
    member.line = 'answers lost';
    await station.pass(30_000);
    expect(hub.hall()).toEqual(['A900 waiting']);
    member.line = 'whole';
    await station.pass(15_000);
    expect(hub.hall()).toEqual(['A900 waiting']);
    expect(hub.audited('queue.merged')).toHaveLength(1);
  });

  it('reorders nobody, though the member’s clock is an hour off and is set meanwhile', async () => {
    await member.kill();
    member.wrongByMs = 3_600_000;
    member.start();
    await station.pass(1_000);
    member.line = 'cut';
    other.line = 'cut';
    const taken: string[] = [];
    for (const [at, wrongByMs] of [
      [member, -7_200_000],
      [hub, 0],
      [other, 500_000],
      [member, 9e9],
      [hub, 0],
      [other, 0],
    ] as const) {
      at.wrongByMs = wrongByMs;
      taken.push(await at.take('A'));
      await station.pass(10_000);
    }
    member.line = 'whole';
    other.line = 'whole';
    await station.pass(20_000);
    expect(hub.hall().map((one) => one.slice(0, 4))).toEqual(taken);
    expect(await station.serveAll(hub)).toEqual(taken);
  });

  it('a member whose clock is a year off at its start is told the day, and its tickets are of today', async () => {
    await member.kill();
    await hub.kill();
    member.wrongByMs = -365 * 86_400_000;
    member.start();
    expect(await member.take('A')).toBe('A900');
    hub.start();
    await station.pass(5_000);
    expect(hub.hall()).toEqual(['A900 waiting']);
    expect(logOf(member)).toBe(logOf(hub));
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { MemberAsk } from '#contract/queue/member-api.ts';
import type { NewTicket } from '#contract/queue/ticket.ts';
import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import { expectValue } from '../../../../tests/support/expect-value.ts';
import { openStore } from '../../store/store.ts';
import { ticketIdOf } from '../for-tests.ts';
import { createNumberLedger } from '../number-ledger.ts';
import { followHub } from './follow-hub.ts';
import { beginningOf } from './log-chain.ts';
import { agreedInStation, staff, StationUnderTest, type TerminalInStation } from './for-tests.ts';
import { createMirror } from './mirror.ts';

const DAY = '2026-11-22';

function ticket(count: number, number: string): NewTicket {
  return {
    ticketId: ticketIdOf(count),
    number,
    line: 'A',
    slug: null,
    ticketClass: 'ordinary',
    source: 'kiosk',
    bookingId: null,
    arrived: { atMs: count, counter: 0, terminal: '02' },
    local: true,
    told: null,
    instead: null,
  };
}

let station: StationUnderTest;
let hub: TerminalInStation;
let member: TerminalInStation;
let other: TerminalInStation;

beforeEach(() => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  member = station.terminal('02');
  other = station.terminal('03');
});
afterEach(() => station.close());

describe('a number that nobody holds', () => {
  it('is called by nobody, though the hub that forgot it hears of its replacement first', async () => {
    await station.start();
    const copy = hub.copy();
    member.line = 'answers lost';
    expect(await member.take('A')).toBe('A900');
    await station.pass(100);
    expect(other.hall()).toEqual(['A001 waiting']);
    await hub.kill();
    await other.kill();
    hub.putBack(copy);
    hub.start();
    member.line = 'whole';
    await station.pass(5_000);
    expect(hub.hall()).toEqual(['A900 waiting']);
    other.start();
    await station.pass(5_000);
    expect(hub.hall()).toEqual(['A001 cancelled', 'A900 waiting']);
    expect(hub.source.day().misfits).toBe(0);
    expect(await station.serveAll(hub)).toEqual(['A900']);
  });

  it('since staff cancelled it meanwhile, is printed by no second question for it', async () => {
    await station.start();
    const ticketId = station.newTicketId();
    expect(await hub.take('A', ticketId)).toBe('A001');
    await hub.do({ verb: 'cancel', ticketId, window: null, reason: 'mistake' }, staff);
    const { done } = await hub.source.desk.answer(
      {
        terminal: '02',
        known: { term: 1, hub: '01' },
        agreed: agreedInStation,
        place: beginningOf(hub.source.day().date),
        ask: {
          kind: 'do',
          command: { verb: 'take', ticketId, line: 'A', slug: null, instead: null, ticketClass: 'ordinary' },
          role: 'resident',
          account: null,
        },
      },
      new AbortController().signal,
    );
    expect(done).toMatchObject({ ok: false, fault: { code: 'queue.wrong-state' } });
  });

  it('since it is given up while others are told, is told too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yizhan-told-'));
    const store = expectValue(openStore(folder));
    const clock = new SimulatedClock();
    const mirror = createMirror({ store, clock, ledger: createNumberLedger(folder), keepDays: 30 }, DAY);
    mirror.giveAlone([ticket(1, 'A900'), ticket(2, 'A901')], () => undefined);
    mirror.cancelAlone(ticketIdOf(2), 'left');
    const cancelled: string[] = [];
    const following = followHub({
      mirror,
      clock,
      ask: (what: MemberAsk) => {
        if (what.kind === 'do' && 'ticketId' in what.command) {
          cancelled.push(what.command.ticketId);
          // Whoever has the other one gives it up while this answer is on its way.
          mirror.cancelAlone(ticketIdOf(1), 'left');
        }
        if (what.kind === 'follow') return Promise.resolve(err(fault('queue.hub-lost')));
        return Promise.resolve(
          ok({
            known: { term: 1, hub: '01' },
            nowMs: clock.now(),
            heldMs: 0,
            day: DAY,
            log: { is: 'ahead' as const, of: DAY, from: 0, events: [], more: false },
            done: ok([]),
          }),
        );
      },
      isUnderway: () => false,
      heardMs: () => null,
      changed: () => undefined,
      onLost: () => undefined,
      onBack: () => undefined,
      log: () => undefined,
    });
    await clock.advance(100);
    expect(cancelled).toEqual([ticketIdOf(2), ticketIdOf(1)]);
    expect(mirror.untold()).toEqual([]);
    await following.stop();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a number that somebody holds', () => {
  it('of a member that never heard a hub, and is one from now on, is called', async () => {
    member.start();
    await station.pass(100);
    expect(await member.take('A')).toBe('A900');
    await member.kill();
    member.hubIs = null;
    member.start();
    expect(member.hall()).toEqual(['A900 waiting']);
    expect(await member.take('A')).toBe('A001');
    expect(await station.serveAll(member)).toEqual(['A900', 'A001']);
  });
});

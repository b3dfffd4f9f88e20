import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { StationUnderTest, type TerminalInStation } from './for-tests.ts';
import { beginningOf } from './log-chain.ts';
import { createTerms } from './terms.ts';

let station: StationUnderTest;
let hub: TerminalInStation;
let member: TerminalInStation;

beforeEach(() => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  member = station.terminal('02');
});
afterEach(() => station.close());

describe('a member that takes itself for a hub of before', () => {
  it('since it was first started without the key hub, switches no hub off', async () => {
    member.hubIs = null;
    member.start();
    await member.kill();
    member.hubIs = '01';
    hub.start();
    member.start();
    await station.pass(2_000);
    expect([await hub.take('A'), await member.take('A')]).toEqual(['A001', 'A002']);
    expect(hub.audited('queue.hub-replaced')).toEqual([]);
  });

  it('since it was made the hub of another station, switches no hub off, and cannot take over before it has heard one', async () => {
    member.hubIs = null;
    member.start();
    const { store } = member;
    store.transaction(() => {
      createTerms(store).write({
        term: 7,
        hub: '02',
        took: { from: '05', on: '2026-01-05', at: 'terminal-05:8443', isHeard: true },
        address: null,
      });
    });
    await member.kill();
    member.hubIs = '01';
    expect(() => {
      member.takeOver();
    }).toThrow('never-heard');
    hub.start();
    member.start();
    await station.pass(2_000);
    expect([await hub.take('A'), await member.take('A')]).toEqual(['A001', 'A002']);
  });

  it('and says so all the same is not believed: only a hub that tells its predecessor is', async () => {
    hub.start();
    const { date } = hub.source.day();
    await hub.source.desk.answer(
      {
        terminal: '02',
        known: { term: 7, hub: '02' },
        agreed: '',
        place: beginningOf(date),
        ask: { kind: 'follow', waitMs: 0 },
      },
      new AbortController().signal,
    );
    expect(await hub.take('A')).toBe('A001');
  });
});

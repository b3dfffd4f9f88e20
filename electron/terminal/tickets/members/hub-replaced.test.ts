import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { logOf, staff, StationUnderTest, type TerminalInStation } from './for-tests.ts';

let station: StationUnderTest;
let hub: TerminalInStation;
let heir: TerminalInStation;
let other: TerminalInStation;

beforeEach(async () => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  heir = station.terminal('02');
  other = station.terminal('03');
  await station.start();
});
afterEach(() => station.close());

/** The technician makes terminal 02 the hub, and points the other member to it. */
async function replace(): Promise<void> {
  await heir.kill();
  heir.takeOver();
  heir.start();
  await other.kill();
  other.hubIs = '02';
  other.start();
  await station.pass(3_000);
}

describe('a hub that is lost for good', () => {
  it('is replaced by a member, with everybody who waited, and calls go on', async () => {
    await hub.take('A');
    await other.take('A');
    await station.open(hub, '1');
    await hub.do({ verb: 'next', window: '1' }, staff);
    await station.pass(100);
    await hub.kill();
    await replace();
    expect(heir.hall()).toEqual(['A001 called', 'A002 waiting']);
    expect(logOf(other)).toBe(logOf(heir));
    expect(await station.serveAll(heir)).toEqual(['A002']);
  });

  it('can have its place taken once, and by a member that has heard it', async () => {
    await hub.kill();
    await heir.kill();
    heir.takeOver();
    expect(() => {
      heir.takeOver();
    }).toThrow('is-hub');
    heir.start();
    await station.pass(100);
    expect(heir.audited('queue.hub-made')).toEqual([
      'term 2, in the place of terminal 01 at terminal-01:8443',
    ]);
  });

  it('a member that stands alone from now on is made the hub, and counts on through all numbers the next day', async () => {
    await other.take('A');
    await station.pass(100);
    await other.kill();
    other.takeOver();
    other.hubIs = null;
    other.start();
    expect(await other.take('A')).toBe('A950');
    await station.pass(24 * 3_600_000);
    expect(await other.take('A')).toBe('A001');
  });

  it('is not replaced by a terminal whose configuration does not name it: nobody would tell it', async () => {
    await hub.kill();
    await replace();
    hub.start();
    await station.pass(5_000);
    await hub.kill();
    expect(() => {
      hub.takeOver();
    }).toThrow('hub-not-named');
    hub.hubIs = '02';
    hub.takeOver();
    hub.start();
    await station.pass(5_000);
    expect([await hub.take('A'), await heir.take('A')]).toEqual(['A001', 'queue.hub-replaced']);
  });

  it('has perhaps given out more than anybody knows: the new one counts in its own block', async () => {
    await hub.take('A');
    await hub.kill();
    await replace();
    expect([await heir.take('A'), await other.take('A')]).toEqual(['A900', 'A901']);
    expect([...heir.source.day().tickets.values()].some(({ local }) => local)).toBe(false);
  });

  it('what one member saw of it and the new hub did not is taken over', async () => {
    await hub.take('A');
    await station.pass(100);
    heir.line = 'cut';
    await hub.take('A');
    await station.open(hub, '1');
    await hub.do({ verb: 'next', window: '1' }, staff);
    await station.pass(100);
    await hub.kill();
    heir.line = 'whole';
    await replace();
    await station.pass(2_000);
    expect(heir.hall()).toEqual(['A001 called', 'A002 waiting']);
    expect(logOf(other)).toBe(logOf(heir));
    expect(heir.audited('queue.adopted')).toHaveLength(1);
  });

  it('the new hub tells what it gave out alone before, and so do the others', async () => {
    await hub.kill();
    expect([await heir.take('A'), await other.take('A')]).toEqual(['A900', 'A950']);
    await replace();
    expect(heir.hall()).toEqual(['A900 waiting', 'A950 waiting']);
    expect(logOf(other)).toBe(logOf(heir));
  });
});

describe('an old hub that comes back', () => {
  it('closes nobody’s window by what it ended while it was alone', async () => {
    await hub.take('A');
    await station.open(hub, '1');
    await station.open(hub, '2');
    await station.pass(100);
    heir.line = 'cut';
    other.line = 'cut';
    await replace();
    other.line = 'whole';
    await heir.do({ verb: 'next', window: '1' }, staff);
    await heir.do({ verb: 'pause-window', window: '2' }, staff);
    // Its sessions are over by age, and nobody is at a window that it knows of.
    await station.pass(3_600_000);
    for (const window of ['1', '2']) await hub.do({ verb: 'close-window', window }, staff);
    await hub.kill();
    heir.line = 'whole';
    hub.start();
    await station.pass(10_000);
    const at = (window: string) => heir.source.day().windows.get(window);
    expect(at('1')).toMatchObject({ state: 'open', ticketId: expect.any(String) });
    expect(at('2')).toMatchObject({ state: 'paused' });
  });

  it('is no second one: it is told, gives out nothing, and what only it knew is taken over', async () => {
    await hub.take('A');
    await station.pass(100);
    heir.line = 'cut';
    other.line = 'cut';
    expect(await hub.take('B')).toBe('B001');
    await hub.kill();
    await replace();
    other.line = 'whole';
    expect(await heir.take('A')).toBe('A900');
    heir.line = 'whole';
    hub.start();
    await station.pass(5_000);
    expect(await hub.take('A')).toBe('queue.hub-replaced');
    await station.pass(5_000);
    expect(heir.hall()).toEqual(['A001 waiting', 'B001 waiting', 'A900 waiting']);
    // Now it is known how far the old one had counted.
    expect([await heir.take('A'), await other.take('B')]).toEqual(['A002', 'B002']);
    await hub.restart();
    expect(await hub.take('A')).toBe('queue.hub-replaced');
    expect(hub.audited('queue.hub-replaced')).toEqual(['term 2: terminal 02']);
  });

  it('and is made a member at once loses nobody whom only it knew', async () => {
    await hub.take('A');
    await station.pass(100);
    heir.line = 'cut';
    await hub.take('B');
    await hub.kill();
    heir.line = 'whole';
    await replace();
    expect(await heir.take('A')).toBe('A900');
    hub.hubIs = '02';
    hub.start();
    await station.pass(5_000);
    expect(heir.hall()).toEqual(['A001 waiting', 'B001 waiting', 'A900 waiting']);
    expect(logOf(hub)).toBe(logOf(heir));
    // How far it had counted is not believed of a member on this day.
    expect(await hub.take('A')).toBe('A901');
  });

  it('a member that still asks it hears who the hub is, and gives out nothing in its name', async () => {
    await hub.take('A');
    await station.pass(100);
    await heir.kill();
    heir.takeOver();
    heir.start();
    await station.pass(5_000);
    expect(await other.take('A')).toBe('queue.hub-replaced');
    await other.kill();
    other.hubIs = '02';
    other.start();
    await station.pass(2_000);
    expect(await other.take('A')).toBe('A002');
  });
});

describe('a hub that was put back from an older copy', () => {
  it('gets back from its members what it has forgotten, and gives no number out twice', async () => {
    await hub.take('A');
    const copy = hub.copy();
    await other.take('A');
    await station.open(hub, '1');
    await hub.do({ verb: 'next', window: '1' }, staff);
    await station.pass(100);
    await hub.kill();
    hub.putBack(copy);
    hub.start();
    expect(hub.hall()).toEqual(['A001 waiting']);
    await station.pass(3_000);
    expect(hub.hall()).toEqual(['A001 called', 'A002 waiting']);
    expect(await heir.take('A')).toBe('A003');
    await station.pass(100);
    expect([logOf(heir), logOf(other)]).toEqual([logOf(hub), logOf(hub)]);
    expect(new Set(hub.source.noted())).toEqual(new Set(['A001', 'A002', 'A003']));
  });

  it('and went on before it heard a member keeps what it did since, and loses nobody', async () => {
    await hub.take('A');
    const copy = hub.copy();
    await hub.take('B');
    await hub.take('A');
    await station.open(hub, '1');
    await hub.do({ verb: 'next', window: '1' }, staff);
    await station.pass(100);
    heir.line = 'cut';
    other.line = 'cut';
    await hub.kill();
    hub.putBack(copy);
    hub.start();
    await station.open(hub, '1');
    await hub.do({ verb: 'next', window: '1' }, staff);
    await hub.take('A');
    expect(hub.hall()).toEqual(['A001 called', 'A003 waiting']);
    heir.line = 'whole';
    other.line = 'whole';
    await station.pass(20_000);
    expect(hub.hall()).toEqual(['A001 called', 'B001 waiting', 'A002 waiting', 'A003 waiting']);
    expect([logOf(heir), logOf(other)]).toEqual([logOf(hub), logOf(hub)]);
    expect(hub.source.day().misfits).toBe(0);
  });
});

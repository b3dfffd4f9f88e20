import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { StationUnderTest, type TerminalInStation } from './for-tests.ts';

const DAY_MS = 24 * 3_600_000;

let station: StationUnderTest;
let hub: TerminalInStation;
let heir: TerminalInStation;

beforeEach(async () => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  heir = station.terminal('02');
  await station.start();
});
afterEach(() => station.close());

/** The hub prints A002 which nobody else hears of, is lost, and the heir stands in its place. */
async function lose(): Promise<void> {
  await hub.take('A');
  await station.pass(100);
  heir.line = 'cut';
  station.terminal('03').line = 'cut';
  expect(await hub.take('A')).toBe('A002');
  await hub.kill();
  await station.terminal('03').kill();
  await heir.kill();
  heir.takeOver();
  heir.line = 'whole';
  heir.start();
  await station.pass(3_000);
}

async function untilTomorrow(): Promise<void> {
  await heir.kill();
  await hub.kill();
  await station.pass(DAY_MS);
  heir.start();
  hub.start();
  await station.pass(5_000);
}

function forget(): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${hub.dataDir}/terminal.db${suffix}`, { force: true });
}

describe('an old hub whose disk does not know what it gave out', () => {
  it('comes back with an empty one as a member, and its numbers are not printed again', async () => {
    await lose();
    forget();
    hub.hubIs = '02';
    hub.start();
    await station.pass(10_000);
    expect([await heir.take('A'), await hub.take('A')]).toEqual(['A900', 'A901']);
    await untilTomorrow();
    expect(await heir.take('A')).toBe('A001');
  });

  it('comes back with an empty one as the hub, and its numbers are not printed again', async () => {
    await lose();
    forget();
    hub.start();
    await station.pass(10_000);
    expect(await heir.take('A')).toBe('A900');
    expect(await hub.take('A')).toBe('queue.hub-replaced');
    await untilTomorrow();
    expect(await heir.take('A')).toBe('A001');
  });

  it('comes back with an older one, and its numbers are not printed again', async () => {
    const copy = hub.copy();
    await lose();
    hub.putBack(copy);
    hub.start();
    await station.pass(10_000);
    expect(await heir.take('A')).toBe('A900');
  });

  it('comes back with its clock on the day before: what it gave out today is not known by that', async () => {
    await lose();
    const today = hub.copy();
    forget();
    hub.wrongByMs = -DAY_MS;
    hub.start();
    await station.pass(10_000);
    expect(await heir.take('A')).toBe('A900');
    await hub.kill();
    hub.wrongByMs = 0;
    hub.putBack(today);
    hub.start();
    await station.pass(70_000);
    expect(await heir.take('A')).toBe('A003');
  });
});

describe('an old hub that cannot write down that it was replaced', () => {
  it('gives out nothing all the same, and is told until it has', async () => {
    await lose();
    hub.start();
    hub.store
      .sql(
        `CREATE TRIGGER full BEFORE INSERT ON queue_hub WHEN new.hub = '02'
         BEGIN SELECT RAISE(ABORT, 'no room'); END`,
      )
      .run();
    await station.pass(5_000);
    expect(await hub.take('A')).toBe('queue.hub-replaced');
    // What it gave out is known, and it may be the hub again at its next start.
    expect(await heir.take('A')).toBe('A900');
    hub.store.sql('DROP TRIGGER full').run();
    await station.pass(5_000);
    expect(hub.audited('queue.hub-replaced')).toEqual(['term 2: terminal 02']);
    expect(await heir.take('A')).toBe('A003');
    await hub.restart();
    expect(await hub.take('A')).toBe('queue.hub-replaced');
  });
});

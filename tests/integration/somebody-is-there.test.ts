import { beforeEach, describe, expect, it } from 'vitest';
import type { IdleState } from '../../renderer/flow/idle-watch.ts';
import { watchPresence, type Presence } from '../../renderer/flow/presence.ts';
import { zhang } from '../fixtures/items/answers.ts';
import { coreConfig, coreItem } from '../support/terminal-core.ts';
import { agreeTo, standAtDesk, startVisit, type VisitAtDesk } from '../support/visit-at-desk.ts';

/**
 * A screen and a terminal each count by themselves how long nobody has been there, and the terminal wipes the form
 * without a word: both clocks go on here, and neither may be forgotten.
 */

const { warnAfterSeconds, graceSeconds } = coreConfig(1).idle;
const seconds = (count: number): number => count * 1000;

let desk: VisitAtDesk;
let screen: Presence;
let said: IdleState;
/** On the start page nobody is asked. */
let isShown: boolean;

function watch(visit: VisitAtDesk): void {
  desk = visit;
  isShown = true;
  screen = watchPresence(
    desk.clock,
    { warnAfterSeconds, graceSeconds },
    {
      onState: (state) => {
        said = state;
      },
      isAsking: () => isShown && said.state === 'warning',
      tellTerminal: () => {
        desk.visits.touch();
      },
    },
  );
}

const isOpen = (): boolean => desk.visits.snapshot() !== null;

describe('a form that is being filled in', () => {
  beforeEach(() => {
    watch(startVisit(coreItem(), zhang));
  });

  it('outlives a warning that is answered at its last second', async () => {
    await desk.clock.advance(seconds(warnAfterSeconds + graceSeconds - 2));
    expect(said).toEqual({ state: 'warning', secondsLeft: 2 });
    screen.stays();
    expect(said).toEqual({ state: 'active' });
    // Until the screen would ask the next time.
    await desk.clock.advance(seconds(warnAfterSeconds - 1));
    expect(said).toEqual({ state: 'active' });
    expect(isOpen()).toBe(true);
  });

  it('outlives warning after warning, each of them answered', async () => {
    for (let count = 0; count < 20; count += 1) {
      await desk.clock.advance(seconds(warnAfterSeconds + graceSeconds - 1));
      expect(said.state).toBe('warning');
      expect(isOpen()).toBe(true);
      screen.stays();
    }
  });

  it('is never wiped by the terminal before the screen has asked and waited', async () => {
    await desk.clock.advance(seconds(warnAfterSeconds - 1));
    screen.touched();
    await desk.clock.advance(seconds(warnAfterSeconds + graceSeconds - 1));
    expect(said).toEqual({ state: 'warning', secondsLeft: 1 });
    expect(isOpen()).toBe(true);
  });

  it('is wiped by the terminal where the screen has died', async () => {
    screen.stop();
    await desk.clock.advance(seconds(warnAfterSeconds + graceSeconds + 59));
    expect(isOpen()).toBe(true);
    await desk.clock.advance(seconds(1));
    expect(isOpen()).toBe(false);
  });

  it('is not kept by a sleeve on the warning', async () => {
    await desk.clock.advance(seconds(warnAfterSeconds + 1));
    screen.touched();
    await desk.clock.advance(seconds(graceSeconds));
    expect(said).toEqual({ state: 'gone' });
  });
});

it('whoever touches a start page that has long been alone has all the time again', async () => {
  watch(standAtDesk([coreItem()], []));
  isShown = false;
  await desk.clock.advance(seconds(warnAfterSeconds + 5));
  screen.touched();
  await desk.clock.advance(seconds(warnAfterSeconds - 1));
  expect(said).toEqual({ state: 'active' });
});

it('a card that is laid shortly before the warning is heard of by the terminal, too', async () => {
  const item = coreItem();
  const begun = standAtDesk([item], []);
  agreeTo(begun, item);
  watch(begun);
  await desk.clock.advance(seconds(warnAfterSeconds - 5));
  desk.readCard(zhang);
  screen.pageChanged();
  await desk.clock.advance(seconds(warnAfterSeconds + graceSeconds - 1));
  expect(said).toEqual({ state: 'warning', secondsLeft: 1 });
  expect(isOpen()).toBe(true);
});

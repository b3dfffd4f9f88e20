import { describe, expect, test } from 'vitest';
import {
  CRASH_EXIT_CODE,
  crashDelays,
  crashStep,
  initialCrashState,
  type CrashEvent,
  type CrashState,
} from './crash-ladder.ts';

const gone: CrashEvent = { kind: 'gone', reason: 'crashed' };

function climb(...steps: readonly (readonly [CrashEvent, number])[]) {
  let state: CrashState = initialCrashState;
  return steps.map(([event, now]) => {
    const step = crashStep(state, event, now);
    state = step.state;
    return step.actions;
  });
}

describe('the crash ladder', () => {
  test('a first crash reloads after half a second', () => {
    expect(climb([gone, 0], [{ kind: 'reload-due' }, 500])).toEqual([
      [{ kind: 'reload-after', delayMs: 500 }],
      [{ kind: 'load-start-page' }],
    ]);
  });

  test('a second crash waits longer', () => {
    expect(climb([gone, 0], [{ kind: 'reload-due' }, 500], [gone, 600]).at(-1)).toEqual([
      { kind: 'reload-after', delayMs: 5_000 },
    ]);
  });

  test('the third within ten minutes ends in the out-of-service page, then in an exit for the supervisor', () => {
    const due: CrashEvent = { kind: 'reload-due' };
    const actions = climb(
      [gone, 0],
      [due, 500],
      [{ kind: 'load-failed', reason: 'ERR_FAILED' }, 1_000],
      [due, 6_000],
      [gone, crashDelays.windowMs - 1],
      [{ kind: 'out-of-service-over' }, crashDelays.windowMs + crashDelays.outOfServiceMs],
    );
    expect(actions.at(-2)).toEqual([
      { kind: 'show-out-of-service', thenExitAfterMs: crashDelays.outOfServiceMs },
    ]);
    expect(actions.at(-1)).toEqual([{ kind: 'exit', code: CRASH_EXIT_CODE }]);
  });

  test('crashes ten minutes apart are separate misfortunes, for ever', () => {
    let state: CrashState = initialCrashState;
    for (let day = 0; day < 20; day += 1) {
      const now = day * crashDelays.windowMs;
      const step = crashStep(state, gone, now);
      expect(step.actions).toEqual([{ kind: 'reload-after', delayMs: 500 }]);
      state = crashStep(step.state, { kind: 'reload-due' }, now + 500).state;
    }
  });

  test('a hanging page is killed, and its end is not counted a second time', () => {
    const actions = climb([{ kind: 'unresponsive' }, 0], [{ kind: 'gone', reason: 'killed' }, 1]);
    expect(actions).toEqual([[{ kind: 'kill-renderer' }, { kind: 'reload-after', delayMs: 500 }], []]);
  });

  test('a page that hangs as the third crash is killed without ending the out-of-service page', () => {
    const due: CrashEvent = { kind: 'reload-due' };
    const actions = climb(
      [gone, 0],
      [due, 500],
      [gone, 600],
      [due, 5_600],
      [{ kind: 'unresponsive' }, 6_000],
      [{ kind: 'gone', reason: 'killed' }, 6_001],
      [gone, 6_500],
    );
    expect(actions.slice(4)).toEqual([
      [{ kind: 'kill-renderer' }, { kind: 'show-out-of-service', thenExitAfterMs: 120_000 }],
      [],
      [{ kind: 'exit', code: CRASH_EXIT_CODE }],
    ]);
  });

  test('after the exit nothing happens any more', () => {
    const exiting: CrashState = { kind: 'exiting' };
    for (const event of [gone, { kind: 'reload-due' }, { kind: 'out-of-service-over' }] as const) {
      expect(crashStep(exiting, event, 1)).toEqual({ state: exiting, actions: [] });
    }
  });

  test('a timer that comes late changes nothing', () => {
    expect(crashStep(initialCrashState, { kind: 'reload-due' }, 1).actions).toEqual([]);
    const outOfService: CrashState = { kind: 'out-of-service', killPending: false };
    expect(crashStep(outOfService, { kind: 'reload-due' }, 1)).toEqual({ state: outOfService, actions: [] });
  });
});

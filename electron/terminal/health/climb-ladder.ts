import type { Clock } from '#contract/ports.ts';
import { crashStep, initialCrashState, type CrashAction, type CrashEvent } from './crash-ladder.ts';

export interface LadderPorts {
  readonly clock: Clock;
  readonly killRenderer: () => void;
  readonly loadStartPage: () => void;
  readonly showOutOfService: () => void;
  /** For the supervisor, which starts anew. */
  readonly exit: (code: number) => void;
  /** Every crash and what was done about it. */
  readonly report: (event: CrashEvent, actions: readonly CrashAction[]) => void;
}

/** The crash ladder with its timers, for whatever kind of browser: what is returned takes what happens to the page. */
export function climbLadder(ports: LadderPorts): (event: CrashEvent) => void {
  let state = initialCrashState;

  function take(event: CrashEvent): void {
    const step = crashStep(state, event, ports.clock.monotonicMs());
    state = step.state;
    if (event.kind === 'gone' || event.kind === 'unresponsive' || event.kind === 'load-failed') {
      ports.report(event, step.actions);
    }
    for (const action of step.actions) act(action);
  }

  function act(action: CrashAction): void {
    switch (action.kind) {
      case 'kill-renderer':
        ports.killRenderer();
        return;
      case 'reload-after':
        ports.clock.after(action.delayMs, () => take({ kind: 'reload-due' }));
        return;
      case 'load-start-page':
        ports.loadStartPage();
        return;
      case 'show-out-of-service':
        ports.showOutOfService();
        ports.clock.after(action.thenExitAfterMs, () => take({ kind: 'out-of-service-over' }));
        return;
      case 'exit':
        ports.exit(action.code);
        return;
      default:
        action satisfies never;
    }
  }

  return take;
}

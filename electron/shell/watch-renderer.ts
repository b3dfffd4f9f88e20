import type { WebContents } from 'electron';
import type { Clock } from '#contract/ports.ts';
import { crashStep, initialCrashState, type CrashAction, type CrashEvent } from '#terminal/health/crash-ladder.ts';
import { OUT_OF_SERVICE_URL, START_URL } from './origin.ts';

/** net::ERR_ABORTED: another load replaced this one; not a failure. */
const ERR_ABORTED = -3;

export interface RendererWatch {
  readonly contents: Pick<WebContents, 'on' | 'loadURL' | 'forcefullyCrashRenderer'>;
  readonly clock: Clock;
  readonly exit: (code: number) => void;
  /** Every crash and what was done about it; the alarm to the platform hangs here. */
  readonly report: (event: CrashEvent, actions: readonly CrashAction[]) => void;
}

/** Ties the crash ladder to the window's events and timers, and loads the start page. */
export function watchRenderer({ contents, clock, exit, report }: RendererWatch): void {
  let state = initialCrashState;

  function take(event: CrashEvent): void {
    const step = crashStep(state, event, clock.monotonicMs());
    state = step.state;
    if (event.kind === 'gone' || event.kind === 'unresponsive' || event.kind === 'load-failed') {
      report(event, step.actions);
    }
    for (const action of step.actions) act(action);
  }

  function act(action: CrashAction): void {
    switch (action.kind) {
      case 'kill-renderer':
        contents.forcefullyCrashRenderer();
        return;
      case 'reload-after':
        clock.after(action.delayMs, () => take({ kind: 'reload-due' }));
        return;
      case 'load-start-page':
        load(START_URL);
        return;
      case 'show-out-of-service':
        load(OUT_OF_SERVICE_URL);
        clock.after(action.thenExitAfterMs, () => take({ kind: 'out-of-service-over' }));
        return;
      case 'exit':
        exit(action.code);
        return;
      default:
        action satisfies never;
    }
  }

  function load(url: string): void {
    // did-fail-load and render-process-gone say the same with more detail: one crash, counted once.
    contents.loadURL(url).catch(() => undefined);
  }

  contents.on('render-process-gone', (_event, details) => take({ kind: 'gone', reason: details.reason }));
  contents.on('unresponsive', () => take({ kind: 'unresponsive' }));
  contents.on('did-fail-load', (_event, errorCode, errorDescription, _url, isMainFrame) => {
    if (isMainFrame && errorCode !== ERR_ABORTED) take({ kind: 'load-failed', reason: errorDescription });
  });
  load(START_URL);
}

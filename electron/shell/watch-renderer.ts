import type { WebContents } from 'electron';
import { climbLadder, type LadderPorts } from '#terminal/health/climb-ladder.ts';
import { OUT_OF_SERVICE_URL, START_URL } from './origin.ts';

/** net::ERR_ABORTED: another load replaced this one; not a failure. */
const ERR_ABORTED = -3;

export interface RendererWatch extends Pick<LadderPorts, 'clock' | 'exit' | 'report'> {
  readonly contents: Pick<WebContents, 'on' | 'loadURL' | 'forcefullyCrashRenderer'>;
}

/** Ties the crash ladder to the window's events, and loads the start page. */
export function watchRenderer({ contents, clock, exit, report }: RendererWatch): void {
  const take = climbLadder({
    clock,
    exit,
    report,
    killRenderer: () => contents.forcefullyCrashRenderer(),
    loadStartPage: () => load(START_URL),
    showOutOfService: () => load(OUT_OF_SERVICE_URL),
  });

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

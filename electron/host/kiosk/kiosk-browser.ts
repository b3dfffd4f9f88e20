import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import type { BrowserEvent, DevtoolsPipe } from './devtools-pipe.ts';

/** All intervals of the watch over a browser, in milliseconds. */
export const browserDelays = {
  /** Whether the page answers, the window fills the screen. */
  lookEveryMs: 5_000,
  /** Chromium itself calls a page unresponsive after so long. */
  hangsAfterMs: 30_000,
  /** From its start to its page, on the slowest of disks; a browser that hangs before it has one ends by nothing else. */
  startsWithinMs: 60_000,
} as const;

export interface BrowserProcess {
  readonly pipe: DevtoolsPipe;
  /** Called once, however it ended. */
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

export interface KioskBrowserPorts {
  readonly process: BrowserProcess;
  readonly clock: Clock;
  /** May the window show this address? */
  readonly isOurs: (url: string) => boolean;
  /** Its one page is there and can be sent somewhere. */
  readonly onReady: () => void;
  /** The page left for another address, or could not be loaded; nobody has brought it back yet. */
  readonly onForeign: (url: string) => void;
  readonly onGone: (reason: string) => void;
  readonly onHang: () => void;
  /** What was tried and came to nothing. */
  readonly onRefused: (what: 'window' | 'dialog' | 'file-chooser' | 'fullscreen') => void;
}

/** One Chromium with one page. Every other page is closed as it opens, every dialog answered, every chooser kept shut. */
export interface KioskBrowser {
  show(url: string): void;
  /** Hanging: the whole browser, since a renderer that hangs ends by no polite means. */
  kill(): void;
}

const targetSchema = z.looseObject({
  targetInfo: z.looseObject({ targetId: z.string(), type: z.string(), url: z.string() }),
});
const attachedSchema = z.looseObject({ sessionId: z.string() });
const navigatedSchema = z.looseObject({
  frame: z.looseObject({ url: z.string(), parentId: z.string().optional() }),
});
const dialogSchema = z.looseObject({ type: z.string() });
const windowSchema = z.looseObject({
  windowId: z.int(),
  bounds: z.looseObject({ windowState: z.string().optional() }),
});

export function watchBrowser(ports: KioskBrowserPorts): KioskBrowser {
  const { clock } = ports;
  const { pipe } = ports.process;
  let page: { readonly targetId: string; session: string | null } | null = null;
  let ended = false;
  let cancelLook: () => void = () => undefined;

  ports.process.onExit((how) => {
    ended = true;
    cancelLook();
    ports.onGone(how);
  });
  pipe.onEvent(take);
  void pipe.call('Browser.setDownloadBehavior', { behavior: 'deny' });
  void pipe.call('Target.setDiscoverTargets', { discover: true });
  cancelLook = clock.after(browserDelays.startsWithinMs, () => {
    if (!ended) ports.onHang();
  });

  function take(event: BrowserEvent): void {
    if (event.method === 'Target.targetCreated') targetCreated(event);
    else if (page?.session !== null && event.sessionId === page?.session) ofThePage(event, event.sessionId);
  }

  function targetCreated({ params }: BrowserEvent): void {
    const parsed = targetSchema.safeParse(params);
    if (!parsed.success) return;
    const { targetId, type, url } = parsed.data.targetInfo;
    // Developer tools are of the type `other`.
    const isTools = url.startsWith('devtools:');
    if (type !== 'page' && !isTools) return;
    if (page === null && !isTools) {
      page = { targetId, session: null };
      void attach(page);
    } else if (targetId !== page?.targetId) {
      ports.onRefused('window');
      void pipe.call('Target.closeTarget', { targetId });
    }
  }

  async function attach(own: NonNullable<typeof page>): Promise<void> {
    const answer = await pipe.call('Target.attachToTarget', { targetId: own.targetId, flatten: true });
    const attached = answer.ok ? attachedSchema.safeParse(answer.value) : null;
    if (!attached?.success) {
      // Of a page that nobody watches nothing would be known: the whole browser is begun anew.
      if (!ended) ports.process.kill();
      return;
    }
    own.session = attached.data.sessionId;
    const { session } = own;
    await Promise.all([
      pipe.call('Inspector.enable', {}, session),
      pipe.call('Page.enable', {}, session),
      pipe.call('Page.setInterceptFileChooserDialog', { enabled: true }, session),
    ]);
    if (ended) return;
    cancelLook();
    ports.onReady();
    cancelLook = clock.after(browserDelays.lookEveryMs, () => void look(clock.monotonicMs()));
  }

  function ofThePage({ method, params }: BrowserEvent, session: string): void {
    switch (method) {
      case 'Inspector.targetCrashed':
        ports.onGone('renderer');
        return;
      case 'Page.javascriptDialogOpening': {
        // "Do you want to leave?" is yes: whoever asks has sent the page away. Any other question is no.
        const isLeaving = dialogSchema.safeParse(params).data?.type === 'beforeunload';
        ports.onRefused('dialog');
        void pipe.call('Page.handleJavaScriptDialog', { accept: isLeaving }, session);
        return;
      }
      case 'Page.fileChooserOpened':
        ports.onRefused('file-chooser');
        return;
      case 'Page.frameNavigated': {
        const parsed = navigatedSchema.safeParse(params);
        if (!parsed.success || parsed.data.frame.parentId !== undefined) return;
        if (!ports.isOurs(parsed.data.frame.url)) ports.onForeign(parsed.data.frame.url);
        return;
      }
      default:
    }
  }

  async function look(answeredMs: number): Promise<void> {
    const session = page?.session ?? undefined;
    const isThere = await pipe.call('Runtime.evaluate', { expression: '1' }, session);
    if (ended) return;
    const seenMs = isThere.ok || isThere.fault.kind === 'refused' ? clock.monotonicMs() : answeredMs;
    if (clock.monotonicMs() - seenMs >= browserDelays.hangsAfterMs) {
      ports.onHang();
      return;
    }
    await fillScreen();
    cancelLook = clock.after(browserDelays.lookEveryMs, () => void look(seenMs));
  }

  /** A window that somebody made small, by whatever key of the desktop. */
  async function fillScreen(): Promise<void> {
    const answer = await pipe.call('Browser.getWindowForTarget', { targetId: page?.targetId });
    const parsed = answer.ok ? windowSchema.safeParse(answer.value) : null;
    if (!parsed?.success || parsed.data.bounds.windowState === 'fullscreen') return;
    ports.onRefused('fullscreen');
    const { windowId } = parsed.data;
    // From minimized it cannot go to the whole screen in one step (Browser.setWindowBounds).
    await pipe.call('Browser.setWindowBounds', { windowId, bounds: { windowState: 'normal' } });
    await pipe.call('Browser.setWindowBounds', { windowId, bounds: { windowState: 'fullscreen' } });
  }

  return {
    show: (url) => {
      if (page?.session == null) return;
      void pipe.call('Page.navigate', { url }, page.session);
    },
    kill: ports.process.kill,
  };
}

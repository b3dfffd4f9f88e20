/** What the bench notes in the page, by the page's own clock, in milliseconds. */
export interface Watched {
  /** From the navigation until the first item was painted. */
  readyMs: number | null;
  /** Of each touch that took 16 ms or more: until what it changed was painted. */
  touchesMs: number[];
  /** From each letter's key to the candidates that it brought, painted. */
  candidatesMs: number[];
}

declare global {
  interface Window {
    watchedByBench: Watched;
  }
}

/** Runs in the page, before the page: it may use nothing from here. */
export function watchThePage(): void {
  const watched: Watched = { readyMs: null, touchesMs: [], candidatesMs: [] };
  window.watchedByBench = watched;

  /** The frame that shows it has been handed over when the task behind it runs. */
  const whenPainted = (then: (atMs: number) => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        then(performance.now());
      };
      port2.postMessage(null);
    });
  };

  let keyAtMs: number | null = null;
  addEventListener(
    'pointerdown',
    (event) => {
      const key = event.target instanceof Element ? event.target.closest('[data-key]') : null;
      if (/^[a-z]$/.test(key?.getAttribute('data-key') ?? '')) keyAtMs = event.timeStamp;
    },
    { capture: true },
  );
  const isCandidate = (node: Node): boolean =>
    node instanceof Element && node.closest('[data-testid="candidate"], .list') !== null;
  new MutationObserver((records) => {
    if (watched.readyMs === null && document.querySelector('[data-item]') !== null) {
      watched.readyMs = Infinity;
      whenPainted((atMs) => {
        watched.readyMs = atMs;
      });
    }
    if (keyAtMs === null) return;
    const hasChanged = records.some(
      ({ target }) => isCandidate(target) || (target.parentNode && isCandidate(target.parentNode)),
    );
    if (!hasChanged || document.querySelector('[data-testid="candidate"]') === null) return;
    const fromMs = keyAtMs;
    keyAtMs = null;
    whenPainted((atMs) => {
      watched.candidatesMs.push(atMs - fromMs);
    });
  }).observe(document, { childList: true, subtree: true, characterData: true });

  const longest = new Map<number, number>();
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      const { interactionId, duration } = entry;
      if (!interactionId) continue;
      longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0));
    }
    watched.touchesMs = [...longest.values()];
  }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
}

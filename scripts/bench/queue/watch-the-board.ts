/** What the bench notes on the board's page, in milliseconds since 1970-01-01T00:00:00Z by the machine's one clock. */
export interface WatchedBoard {
  /** Of each number that is called: when it was painted. */
  readonly paintedMs: Record<string, number>;
  /** When each sentence began to sound, by the audio clock; what the sound card adds is not in it. */
  readonly spokenMs: number[];
}

declare global {
  interface Window {
    boardByBench: WatchedBoard;
  }
}

/** Runs in the page, before the page: it may use nothing from here. */
export function watchTheBoard(): void {
  /** The words of a sentence follow each other more closely. */
  const SENTENCES_APART_MS = 1_000;
  const watched: WatchedBoard = { paintedMs: {}, spokenMs: [] };
  window.boardByBench = watched;
  const nowMs = (): number => performance.timeOrigin + performance.now();

  const seen = new Set<string>();
  new MutationObserver(() => {
    for (const row of document.querySelectorAll('[data-call].now')) {
      const number = row.getAttribute('data-call') ?? '';
      if (seen.has(number)) continue;
      seen.add(number);
      // The frame that shows it has been handed over when the task behind it runs.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          watched.paintedMs[number] = nowMs();
        };
        port2.postMessage(null);
      });
    }
  }).observe(document, { childList: true, subtree: true, attributes: true });

  const start = AudioBufferSourceNode.prototype.start;
  let lastMs = -Infinity;
  AudioBufferSourceNode.prototype.start = function startNoted(whenS = 0, ...rest: number[]) {
    const soundsMs = nowMs() + (whenS - this.context.currentTime) * 1_000;
    if (soundsMs - lastMs > SENTENCES_APART_MS) watched.spokenMs.push(soundsMs);
    lastMs = soundsMs;
    return start.call(this, whenS, ...rest);
  };
}

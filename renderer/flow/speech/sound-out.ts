/** Of a context of Web Audio, what staying with a loudspeaker needs. */
export interface SoundContext extends EventTarget {
  readonly state: string;
  close(): Promise<void>;
}

/**
 * The way to the loudspeaker, opened with the first sound: a machine without one has its pages all the same. A context
 * whose device has failed (a screen that slept takes its HDMI sound with it) stays silent for ever, so that the next
 * sound opens a new one (Web Audio API, AudioContext, event `error`).
 */
export function createSoundOut<Context extends SoundContext>(open: () => Context): () => Context {
  let context: Context | null = null;
  return () => {
    if (context !== null && context.state !== 'closed') return context;
    const opened = open();
    opened.addEventListener(
      'error',
      () => {
        if (context === opened) context = null;
        // It may have closed itself already.
        opened.close().catch(() => undefined);
      },
      { once: true },
    );
    context = opened;
    return opened;
  };
}

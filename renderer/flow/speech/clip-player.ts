/** Of Web Audio, what joining clips needs; the page gives the real one, a test its own. */
export interface AudioOut {
  readonly currentTime: number;
  readonly destination: AudioNode;
  decodeAudioData(bytes: ArrayBuffer): Promise<AudioBuffer>;
  createBufferSource(): AudioBufferSourceNode;
}

/** All times of the player, in seconds, as Web Audio counts. */
export const speechTimes = {
  /** Between two clips, as between two sentences. */
  pauseS: 0.25,
  /** Between the words of one sentence that is joined of them. */
  joinedS: 0.02,
  /** Scheduling ahead of the present moment, so that the first sound is whole. */
  leadS: 0.05,
} as const;

export interface ClipPlayer {
  /** Says these clips one after the other, and nothing of what was said before. Clips that are not there are left out. */
  play(ids: readonly string[]): Promise<void>;
  stop(): void;
}

/**
 * `soundOut` gives the way to the loudspeaker as it is now; `load` gives a clip's bytes, null when there is none; `pauseS` lies between two. Clips are joined on the audio clock: nothing of the page's
 * work comes between them.
 */
export function createClipPlayer(
  soundOut: () => AudioOut,
  load: (id: string) => Promise<ArrayBuffer | null>,
  pauseS: number,
): ClipPlayer {
  let playing: AudioBufferSourceNode[] = [];
  let turn = 0;

  function stop(): void {
    turn += 1;
    for (const source of playing) source.stop();
    playing = [];
  }

  async function play(ids: readonly string[]): Promise<void> {
    stop();
    const mine = turn;
    const audio = soundOut();
    const clips = await Promise.all(ids.map((id) => decoded(audio, id)));
    // The page has moved on while its clips were loaded: nobody wants to hear it now.
    if (mine !== turn) return;
    let startsAt = audio.currentTime + speechTimes.leadS;
    for (const clip of clips) {
      if (clip === null) continue;
      const source = audio.createBufferSource();
      source.buffer = clip;
      source.connect(audio.destination);
      source.start(startsAt);
      startsAt += clip.duration + pauseS;
      playing.push(source);
    }
  }

  async function decoded(audio: AudioOut, id: string): Promise<AudioBuffer | null> {
    try {
      const bytes = await load(id);
      return bytes && (await audio.decodeAudioData(bytes));
    } catch {
      // A damaged file is one sentence less; the page says it all the same.
      return null;
    }
  }

  return { play, stop };
}

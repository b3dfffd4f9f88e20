import { createClipPlayer, speechTimes } from '../flow/speech/clip-player.ts';
import { createSoundOut } from '../flow/speech/sound-out.ts';
import { clipsOfCall } from './call-clips.ts';
import type { BoardClient } from './connection.ts';

const LANGUAGE = 'zh';

/** Says a call twice, where the station has every clip of it; half a sentence would send people to the wrong window. */
export function createVoice(client: () => BoardClient | null) {
  /** Some forty short clips, said all day: who is called hears it at once. The player takes the bytes that it gets. */
  const kept = new Map<string, ArrayBuffer>();

  async function load(id: string): Promise<ArrayBuffer | null> {
    const before = kept.get(id);
    if (before !== undefined) return before.slice();
    const answer = await client()?.speech.clip({ language: LANGUAGE, id });
    if (!answer?.ok || answer.value === null) return null;
    const bytes = Uint8Array.from(atob(answer.value), (letter) => letter.charCodeAt(0)).buffer;
    kept.set(id, bytes);
    return bytes.slice();
  }

  const player = createClipPlayer(
    createSoundOut(() => new AudioContext()),
    load,
    speechTimes.joinedS,
  );

  return {
    call: async (number: string, window: string): Promise<void> => {
      const clips = clipsOfCall(number, window);
      const known = await client()?.speech.clips({ language: LANGUAGE });
      if (!known?.ok || !clips.every((id) => known.value.includes(id))) return;
      await player.play([...clips, ...clips]);
    },
  };
}

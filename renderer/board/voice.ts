import { createClipPlayer, speechTimes, type ClipPlayer } from '../flow/speech/clip-player.ts';
import { clipsOfCall } from './call-clips.ts';
import type { BoardClient } from './connection.ts';

const LANGUAGE = 'zh';

/** Says a call twice, where the station has every clip of it; half a sentence would send people to the wrong window. */
export function createVoice(client: () => BoardClient | null) {
  /** Made with the first call: a machine without sound has a board all the same. */
  let player: ClipPlayer | null = null;

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

  return {
    call: async (number: string, window: string): Promise<void> => {
      const clips = clipsOfCall(number, window);
      const known = await client()?.speech.clips({ language: LANGUAGE });
      if (!known?.ok || !clips.every((id) => known.value.includes(id))) return;
      player ??= createClipPlayer(new AudioContext(), load, speechTimes.joinedS);
      await player.play([...clips, ...clips]);
    },
  };
}

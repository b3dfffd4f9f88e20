import { expect, test } from 'vitest';
import { createClipPlayer, speechTimes, type AudioOut } from './clip-player.ts';

/** A clip's bytes say how many tenths of a second it lasts; 255 is no sound. */
function fakeAudio() {
  const started: { durationS: number; atS: number; isStopped: boolean }[] = [];
  const audio = {
    currentTime: 10,
    destination: {},
    decodeAudioData: (bytes: ArrayBuffer) => {
      const tenths = new Uint8Array(bytes)[0] ?? 0;
      return tenths === 255
        ? Promise.reject(new Error('no sound'))
        : Promise.resolve({ duration: tenths / 10 });
    },
    createBufferSource: () => {
      const sound = { durationS: 0, atS: -1, isStopped: false };
      return {
        set buffer(clip: { duration: number }) {
          sound.durationS = clip.duration;
        },
        connect: () => undefined,
        start: (atS: number) => {
          sound.atS = atS;
          started.push(sound);
        },
        stop: () => {
          sound.isStopped = true;
        },
      };
    },
  };
  // The player uses only these members of Web Audio.
  return { audio: audio as unknown as AudioOut, started };
}

const clips: Record<string, number> = { question: 20, help: 15, broken: 255, other: 5 };
const load = (id: string) => {
  const tenths = clips[id];
  return Promise.resolve(tenths === undefined ? null : Uint8Array.of(tenths).buffer);
};

test('clips follow each other on the audio clock, with a pause between', async () => {
  const { audio, started } = fakeAudio();
  await createClipPlayer(() => audio, load, speechTimes.pauseS).play(['question', 'help']);
  const firstAt = 10 + speechTimes.leadS;
  expect(started.map(({ atS }) => atS)).toEqual([firstAt, firstAt + 2 + speechTimes.pauseS]);
});

test('a clip that is missing or damaged leaves no hole, and the rest is said', async () => {
  const { audio, started } = fakeAudio();
  await createClipPlayer(() => audio, load, speechTimes.pauseS).play(['absent', 'broken', 'help']);
  expect(started.map(({ durationS }) => durationS)).toEqual([1.5]);
  expect(started[0]?.atS).toBe(10 + speechTimes.leadS);
});

test('the next page silences the one before', async () => {
  const { audio, started } = fakeAudio();
  const player = createClipPlayer(() => audio, load, speechTimes.pauseS);
  await player.play(['question']);
  await player.play(['other']);
  expect(started.map(({ isStopped }) => isStopped)).toEqual([true, false]);
});

test('a page that was left while its clips were loaded is never heard', async () => {
  const { audio, started } = fakeAudio();
  const player = createClipPlayer(() => audio, load, speechTimes.pauseS);
  const first = player.play(['question']);
  await player.play(['other']);
  await first;
  expect(started.map(({ durationS }) => durationS)).toEqual([0.5]);
});

test('what is stopped stays silent', async () => {
  const { audio, started } = fakeAudio();
  const player = createClipPlayer(() => audio, load, speechTimes.pauseS);
  const playing = player.play(['question']);
  player.stop();
  await playing;
  expect(started).toEqual([]);
});

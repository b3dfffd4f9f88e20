import { expect, test } from 'vitest';
import { createSoundOut, type SoundContext } from './sound-out.ts';

class FakeContext extends EventTarget implements SoundContext {
  state = 'running';
  close(): Promise<void> {
    if (this.state === 'closed') return Promise.reject(new Error('closed already'));
    this.state = 'closed';
    return Promise.resolve();
  }
}

function fakeMachine() {
  const opened: FakeContext[] = [];
  const soundOut = createSoundOut(() => {
    const context = new FakeContext();
    opened.push(context);
    return context;
  });
  return { opened, soundOut };
}

test('nothing is opened before the first sound, and all sounds share it', () => {
  const { opened, soundOut } = fakeMachine();
  expect(opened).toHaveLength(0);
  expect(soundOut()).toBe(soundOut());
  expect(opened).toHaveLength(1);
});

test('after the device has failed the next sound opens it anew', () => {
  const { opened, soundOut } = fakeMachine();
  const failed = soundOut();
  failed.dispatchEvent(new Event('error'));
  expect(failed.state).toBe('closed');
  expect(soundOut()).not.toBe(failed);
  expect(soundOut()).toBe(opened[1]);
  expect(opened).toHaveLength(2);
});

test('a context that closed itself is not spoken to again', async () => {
  const { opened, soundOut } = fakeMachine();
  const closed = soundOut();
  await closed.close();
  expect(soundOut()).not.toBe(closed);
  closed.dispatchEvent(new Event('error'));
  expect(soundOut()).toBe(opened[1]);
});

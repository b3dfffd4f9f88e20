import { describe, expect, it, vi } from 'vitest';
import type { CameraSettings } from '#contract/paper.ts';
import { openCamera, type Cameras } from './camera.ts';

const settings: CameraSettings = { label: null, facing: null, widthPx: 1920, heightPx: 1080 };

interface FakeStream {
  readonly label: string;
  readonly stop: ReturnType<typeof vi.fn>;
}

/** As Chromium: names are empty until a camera was opened once. */
function camerasOf(labels: readonly string[], given: number) {
  let isOpenBefore = false;
  const opened: FakeStream[] = [];
  const asked: MediaTrackConstraints[] = [];
  const cameras = {
    enumerateDevices: () =>
      Promise.resolve(
        labels.map((label, index) => ({
          kind: 'videoinput',
          deviceId: `id-${index}`,
          label: isOpenBefore ? label : '',
        })),
      ),
    getUserMedia: (constraints: MediaStreamConstraints) => {
      const video = constraints.video as MediaTrackConstraints; // an object, in openCamera
      expect(constraints.audio).toBe(false);
      asked.push(video);
      isOpenBefore = true;
      const exact = (video.deviceId as { exact: string } | undefined)?.exact; // as openCamera writes it
      const index = exact === undefined ? given : Number(exact.slice(3));
      const stream: FakeStream = { label: labels[index] ?? '', stop: vi.fn() };
      opened.push(stream);
      return Promise.resolve({ getVideoTracks: () => [stream], getTracks: () => [stream] });
    },
  } as unknown as Cameras; // what openCamera uses of them
  return { cameras, opened, asked };
}

const failing = (name: string): Cameras =>
  ({
    enumerateDevices: () => Promise.resolve([]),
    getUserMedia: () => Promise.reject(Object.assign(new Error('no'), { name })),
  }) as unknown as Cameras; // what openCamera uses of them

describe('the camera', () => {
  it('is whichever there is where the station names none', async () => {
    const { cameras, asked } = camerasOf(['Front'], 0);
    expect((await openCamera(cameras, settings)).ok).toBe(true);
    expect(asked).toEqual([{ width: { ideal: 1920 }, height: { ideal: 1080 } }]);
  });

  it('that the browser gave is closed and exchanged for the one that the station names', async () => {
    const { cameras, opened } = camerasOf(['Face camera', 'USB document camera 05'], 0);
    expect((await openCamera(cameras, { ...settings, label: 'document' })).ok).toBe(true);
    expect(opened.map(({ label }) => label)).toEqual(['Face camera', 'USB document camera 05']);
    expect(opened[0]?.stop).toHaveBeenCalledOnce();
    expect(opened[1]?.stop).not.toHaveBeenCalled();
    // Its name is known now: the other one is not even opened.
    await openCamera(cameras, { ...settings, label: 'document' });
    expect(opened.map(({ label }) => label).slice(2)).toEqual(['USB document camera 05']);
  });

  it('that the station names and that is not there is missed, and no other one runs in its place', async () => {
    const { cameras, opened } = camerasOf(['Face camera'], 0);
    expect(await openCamera(cameras, { ...settings, label: 'document' })).toMatchObject({
      fault: { code: 'camera.missing' },
    });
    expect(opened.every(({ stop }) => stop.mock.calls.length === 1)).toBe(true);
  });

  it.each([
    ['NotAllowedError', 'camera.denied'],
    ['SecurityError', 'camera.denied'],
    ['NotFoundError', 'camera.missing'],
    ['OverconstrainedError', 'camera.missing'],
    ['NotReadableError', 'camera.busy'],
    ['AbortError', 'camera.busy'],
    ['SomethingNewError', 'camera.failed'],
  ])('that fails with %s is %s', async (name, code) => {
    expect(await openCamera(failing(name), settings)).toMatchObject({ fault: { code } });
  });

  it('is denied to a page that has no cameras at all', async () => {
    expect(await openCamera(undefined, settings)).toMatchObject({ fault: { code: 'camera.denied' } });
  });
});

import type { Fault, FaultCode } from '#contract/fault.ts';
import type { CameraSettings } from '#contract/paper.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';

/** What of `navigator.mediaDevices` is used; absent on a page that is not served from this machine. */
export type Cameras = Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'>;

/**
 * Opens the configured camera, without sound. The names of cameras are known once the page may use one: before that,
 * whichever the browser gives is opened, and exchanged for the named one.
 * Faults: `camera.missing`, `camera.denied`, `camera.busy`, `camera.failed`.
 */
export async function openCamera(
  cameras: Cameras | undefined,
  settings: CameraSettings,
): Promise<Result<MediaStream, Fault>> {
  if (!cameras) return err({ code: 'camera.denied', detail: 'no media devices on this page' });
  try {
    const named = await deviceNamed(cameras, settings.label);
    const stream = await cameras.getUserMedia({ audio: false, video: wanted(settings, named) });
    if (settings.label === null || named !== null || isNamed(stream, settings.label)) return ok(stream);
    stopStream(stream);
    const other = await deviceNamed(cameras, settings.label);
    if (other === null) return err({ code: 'camera.missing', detail: 'no camera of the configured name' });
    return ok(await cameras.getUserMedia({ audio: false, video: wanted(settings, other) }));
  } catch (error) {
    return err({ code: codeOf(error), detail: error instanceof Error ? error.name : 'unknown' });
  }
}

/** The camera's light goes out with its last track. */
export function stopStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function wanted(settings: CameraSettings, deviceId: string | null): MediaTrackConstraints {
  return {
    width: { ideal: settings.widthPx },
    height: { ideal: settings.heightPx },
    ...(settings.facing === null ? {} : { facingMode: { ideal: settings.facing } }),
    ...(deviceId === null ? {} : { deviceId: { exact: deviceId } }),
  };
}

async function deviceNamed(cameras: Cameras, label: string | null): Promise<string | null> {
  if (label === null) return null;
  const devices = await cameras.enumerateDevices();
  const found = devices.find((device) => device.kind === 'videoinput' && device.label.includes(label));
  return found?.deviceId ?? null;
}

function isNamed(stream: MediaStream, label: string): boolean {
  return stream.getVideoTracks().some((track) => track.label.includes(label));
}

/** Names of W3C Media Capture and Streams, section 10.2.3 (getUserMedia). */
function codeOf(error: unknown): FaultCode {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'camera.denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'camera.missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'camera.busy';
    default:
      return 'camera.failed';
  }
}

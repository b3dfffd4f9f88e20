import { onUnmounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Fault } from '#contract/fault.ts';
import type { CameraSettings } from '#contract/paper.ts';
import type { Clock } from '#contract/ports.ts';
import { openCamera, stopStream } from '../../papers/camera.ts';
import { createPaperClient, startPaperWorker } from '../../papers/paper-client.ts';
import type { PaperView, TakenPage } from '../../papers/paper-messages.ts';

/** All delays of the camera page, in milliseconds and looks. */
export const cameraDelays = {
  /** Between two looks for the paper's edges: a hand that moves a paper sees the outline follow. */
  lookEveryMs: 300,
  /** A camera adjusts its light for a second or so, and is dark until then. */
  blackLooks: 8,
  /** A camera that was opened and sends no picture within this time is held by something. */
  firstFrameMs: 8000,
} as const;

/** The longer side of the frames that are looked at, in pixels. */
const LOOK_PX = 320;

export interface PaperCamera {
  readonly isOpen: Ref<boolean>;
  readonly view: ShallowRef<PaperView | null>;
  readonly fault: ShallowRef<Fault | null>;
  start(video: HTMLVideoElement, settings: CameraSettings): Promise<void>;
  /** The present frame as a page; null when it did not work, and then `fault` says why. */
  shoot(video: HTMLVideoElement): Promise<TakenPage | null>;
  /** Camera off, and everything forgotten that it saw. */
  stop(): void;
}

/** One camera for the page that photographs papers: it runs while it is looked at, and never beyond its page. */
export function usePaperCamera(clock: Clock): PaperCamera {
  const isOpen = ref(false);
  const view = shallowRef<PaperView | null>(null);
  const problem = shallowRef<Fault | null>(null);
  const client = createPaperClient(startPaperWorker, clock);
  let stream: MediaStream | null = null;
  let shown: HTMLVideoElement | null = null;
  let cancelLook: (() => void) | null = null;
  let cancelFirst: (() => void) | null = null;
  let blackLooks = 0;
  /** Each start makes those before it old: a camera that opens after its page was left is closed again. */
  let turn = 0;

  async function start(video: HTMLVideoElement, settings: CameraSettings): Promise<void> {
    stop();
    problem.value = null;
    const mine = turn;
    const opened = await openCamera(navigator.mediaDevices, settings);
    if (mine !== turn) {
      if (opened.ok) stopStream(opened.value);
      return;
    }
    if (!opened.ok) {
      problem.value = opened.fault;
      return;
    }
    stream = opened.value;
    shown = video;
    for (const track of stream.getVideoTracks()) {
      track.addEventListener('ended', () => {
        giveUp(mine, { code: 'camera.lost' });
      });
    }
    video.srcObject = stream;
    cancelFirst = clock.after(cameraDelays.firstFrameMs, () => {
      giveUp(mine, { code: 'camera.busy', detail: 'no picture came' });
    });
    lookAgain(video, mine);
  }

  function giveUp(of: number, why: Fault): void {
    if (of !== turn) return;
    stop();
    problem.value = why;
  }

  function lookAgain(video: HTMLVideoElement, mine: number): void {
    cancelLook = clock.after(cameraDelays.lookEveryMs, () => {
      void lookOnce(video, mine);
    });
  }

  async function lookOnce(video: HTMLVideoElement, mine: number): Promise<void> {
    const frame = await frameOf(video, LOOK_PX);
    const seen = frame && mine === turn ? await client.look(frame) : null;
    if (mine !== turn) return;
    if (frame) cancelFirst?.();
    isOpen.value ||= frame !== null;
    view.value = seen;
    blackLooks = seen?.isBlack === true ? blackLooks + 1 : 0;
    if (blackLooks >= cameraDelays.blackLooks) giveUp(mine, { code: 'camera.black' });
    else lookAgain(video, mine);
  }

  async function shoot(video: HTMLVideoElement): Promise<TakenPage | null> {
    const mine = turn;
    const frame = await frameOf(video, null);
    const page = frame && (await client.take(frame));
    if (mine !== turn) return null;
    if (page === null) giveUp(mine, { code: 'camera.failed', detail: 'no page of a frame' });
    return page;
  }

  function stop(): void {
    turn += 1;
    cancelLook?.();
    cancelFirst?.();
    if (stream) stopStream(stream);
    if (shown) shown.srcObject = null;
    client.close();
    stream = null;
    shown = null;
    blackLooks = 0;
    isOpen.value = false;
    view.value = null;
  }

  onUnmounted(stop);
  return { isOpen, view, fault: problem, start, shoot, stop };
}

/** Null while the camera has sent none yet. */
async function frameOf(video: HTMLVideoElement, longSidePx: number | null): Promise<ImageBitmap | null> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  const factor = longSidePx === null ? 1 : Math.min(1, longSidePx / Math.max(width, height));
  try {
    return await createImageBitmap(video, {
      resizeWidth: Math.round(width * factor),
      resizeHeight: Math.round(height * factor),
      resizeQuality: 'medium',
    });
  } catch {
    // The element lost its stream between the two lines.
    return null;
  }
}

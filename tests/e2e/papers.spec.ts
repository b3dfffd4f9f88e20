import type { Page } from '@playwright/test';
import { applicationPayloadSchema } from '../../contract/application.ts';
import { takeHeap } from '../support/heap-snapshot.ts';
import { expect, test, type Station } from './fixtures.ts';
import {
  atQuestion,
  atStep,
  choose,
  fillDigits,
  fillName,
  sign,
  skip,
  toFirstQuestion,
  touch,
} from './journey.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { withSheetCamera } from './sheet-camera.ts';

test.use({
  stationOptions: ['--camera'],
  launchOptions: withSheetCamera,
  // The recorder of a trace keeps the page's texts in the page.
  trace: 'off',
});

/** What is typed, without the name that the keys' own candidates are chosen by. */
const planted = {
  parts: ['张建国', '99990119450312', '13800005678', '13800005679', '13900001234', '6222020000000000005'],
  whole: ['张建国', '999901194503120014', '13800005678', '13800005679', '13900001234', '6222020000000000005'],
};

async function toBankCard(page: Page): Promise<void> {
  await fillDigits(page, 'mobile', '13800005678');
  await choose(page, 'byProxy', '0');
  await touch(page, 'use-card-address');
  await touch(page, 'next');
  await choose(page, 'liveAlone', 'alone');
  await fillName(page, 'contactName', 'lixiumei', '李秀梅');
  await fillDigits(page, 'contactMobile', '13900001234');
  await choose(page, 'bankName', 'social');
  await skip(page, 'bankAccountName');
  await fillDigits(page, 'bankAccount', '6222020000000000005');
  await touch(page, 'odd-yes');
  await atQuestion(page, 'm-bank');
}

/** What the page gets when it asks for a camera, and what it got. */
interface CameraState {
  readonly streams: MediaStream[];
  next: 'the sheet' | 'an empty desk' | 'held by another program';
}

function nextCamera(page: Page, next: CameraState['next']): Promise<void> {
  return page.evaluate((what) => {
    (window as unknown as { cameraState: CameraState }).cameraState.next = what; // this test's own
  }, next);
}

/** Of those that the page has opened, of which there is one at least. */
function liveCameras(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { cameraState } = window as unknown as { cameraState: CameraState }; // this test's own
    if (cameraState.streams.length === 0) throw new Error('no camera was opened');
    return cameraState.streams.filter((stream) => stream.active).length;
  });
}

/** What of a photograph is anywhere in the page's memory, in the document or out of it. */
async function photosInMemory(
  page: Page,
): Promise<{ canvases: number; videos: number; isBuffered: boolean }> {
  const session = await page.context().newCDPSession(page);
  const heap = await takeHeap(session);
  await session.detach();
  return {
    canvases: heap.elements('canvas'),
    videos: heap.elements('video'),
    // The synthetic sheet has some 500 kB as a JPEG, and nothing else of a resident's page as much.
    isBuffered: heap.largestBuffer() > 100_000,
  };
}

/** While the terminal does not answer: the picture is on the screen until it was taken over. */
async function keepTouchedTwice(page: Page, station: Station): Promise<void> {
  const pid = station.ready.pids.terminal;
  if (pid === null) throw new Error('the terminal has no process of its own');
  process.kill(pid, 'SIGSTOP');
  try {
    await touch(page, 'keep');
    await page.getByTestId('keep').dispatchEvent('click');
    await expect(page.getByTestId('photo-good')).toBeVisible();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

test(
  'a paper is photographed, its page goes with what was signed, and nothing of it stays on the screen',
  { tag: '@upright' },
  async ({ page, station }) => {
    test.setTimeout(120_000);
    await page.addInitScript(() => {
      const cameras = navigator.mediaDevices;
      const open = cameras.getUserMedia.bind(cameras);
      const state: CameraState = { streams: [], next: 'the sheet' };
      Object.assign(window, { cameraState: state });
      cameras.getUserMedia = async (wanted) => {
        if (state.next === 'held by another program') throw new DOMException('', 'NotReadableError');
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width: 640, height: 480 });
        const paint = canvas.getContext('2d');
        if (paint) paint.fillStyle = '#aaa';
        paint?.fillRect(0, 0, 640, 480);
        const stream = state.next === 'the sheet' ? await open(wanted) : canvas.captureStream(5);
        state.streams.push(stream);
        return stream;
      };
    });
    await toFirstQuestion(page, station);
    await toBankCard(page);
    await touch(page, 'start-camera');
    await page.locator('[data-hint="good"]').waitFor();
    await touch(page, 'shoot');
    await page.getByTestId('photo-good').waitFor();
    // The same search finds it while it is there.
    const found = await photosInMemory(page);
    expect(found.canvases).toBeGreaterThan(0);
    expect(found.isBuffered).toBe(true);
    await keepTouchedTwice(page, station);
    await expect(page.getByTestId('photo')).toHaveCount(1);
    expect(await liveCameras(page), 'the camera is off').toBe(0);
    await touch(page, 'next');

    await atQuestion(page, 'm-photo');
    await nextCamera(page, 'held by another program');
    await touch(page, 'start-camera');
    await page.locator('[data-testid="camera-fault"][data-fault="camera.busy"]').waitFor();
    await expect(page.locator('[data-way="none"]')).toBeVisible();
    await nextCamera(page, 'an empty desk');
    await touch(page, 'start-camera');
    await page.locator('[data-hint="none"]').waitFor();
    await page.evaluate(() => {
      const { cameraState } = window as unknown as { cameraState: CameraState }; // this test's own
      for (const track of cameraState.streams.at(-1)?.getTracks() ?? [])
        track.dispatchEvent(new Event('ended'));
    });
    await page.locator('[data-testid="camera-fault"][data-fault="camera.lost"]').waitFor();
    // Whoever cannot do better keeps the picture at the second try, and staff are told.
    await touch(page, 'start-camera');
    await page.locator('[data-hint="none"]').waitFor();
    await touch(page, 'shoot');
    await page.locator('[data-doubt="no-edges"]').waitFor();
    await expect(page.getByTestId('keep')).toHaveCount(0);
    await touch(page, 'again');
    await page.locator('[data-hint="none"]').waitFor();
    await touch(page, 'shoot');
    await touch(page, 'keep');
    await page.getByTestId('photo-doubtful').waitFor();
    expect(await liveCameras(page), 'the camera is off').toBe(0);
    await touch(page, 'next');
    await sign(page);
    await atStep(page, 'review');

    // A change takes the signature back, and says so.
    await page.locator('[data-row="mobile"] button').tap();
    await fillDigits(page, 'mobile', '13800005679');
    await page.getByTestId('signature-taken-back').waitFor();
    await sign(page);
    await atStep(page, 'review');
    const code = await page.getByTestId('signed-code').locator('bdi').textContent();
    await touch(page, 'submit');
    await atStep(page, 'received');
    await expect(async () => {
      const [newest] = (await station.cases()).toReversed();
      const submission = await station.submissionOf(newest?.caseNo ?? '');
      const payload = applicationPayloadSchema.parse(submission.payload);
      if (payload.formVersion !== 3 || payload.signing.state !== 'signed') throw new Error('not signed');
      expect(payload.attachments).toMatchObject([
        { subject: { kind: 'paper', paperId: 'm-bank', page: 1 }, mediaType: 'image/jpeg' },
        { subject: { kind: 'paper', paperId: 'm-photo', page: 1 }, mediaType: 'image/jpeg' },
      ]);
      expect(payload.papers).toContainEqual({ paperId: 'm-bank', way: 'photo', doubtful: [] });
      expect(payload.papers).toContainEqual({
        paperId: 'm-photo',
        way: 'photo',
        doubtful: [{ page: 1, found: ['no-edges'] }],
      });
      expect(payload.signing.sha256.slice(0, 4).toUpperCase()).toBe(code?.slice(0, 4));
    }).toPass({ timeout: 20_000 });

    await touch(page, 'finish');
    await atStep(page, 'goodbye');
    await expect.poll(() => page.workers()).toEqual([]);
    // The desks that this test has painted hang on its own list.
    await page.evaluate(() => {
      (window as unknown as { cameraState: CameraState }).cameraState.streams.length = 0; // this test's own
    });
    expect(await photosInMemory(page)).toEqual({ canvases: 0, videos: 0, isBuffered: false });
    await expectNothingLeft(page, station, planted);
  },
);

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { applicationPayloadSchema } from '../../contract/application.ts';
import config from '../../playwright.config.ts';
import type { Quad } from '../../renderer/papers/picture.ts';
import { a4, printedPage } from '../../renderer/papers/synthetic/page.ts';
import { ordinaryScene, photograph } from '../../renderer/papers/synthetic/photograph.ts';
import { writeFakeCamera } from '../support/fake-camera.ts';
import { takeHeap } from '../support/heap-snapshot.ts';
import { expect, test } from './fixtures.ts';
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

/** A sheet on a green desk, as the camera of this browser shows it. */
const video = join(tmpdir(), `yizhan-sheet-${process.pid}.y4m`);
const FRAME = { width: 1920, height: 1080 };
const sheet = { ...a4, widthMm: a4.heightMm, heightMm: a4.widthMm };
const quad: Quad = [
  { x: 240, y: 30 },
  { x: 1700, y: 60 },
  { x: 1720, y: 1040 },
  { x: 200, y: 1010 },
];
const desk = { ...ordinaryScene(3, FRAME, sheet.widthMm / sheet.heightMm), quad };
writeFakeCamera(video, [photograph(printedPage(sheet, 3), desk)], 10);

const { launchOptions } = config.use ?? {};
test.use({
  stationOptions: ['--camera'],
  launchOptions: {
    ...launchOptions,
    args: [
      ...(launchOptions?.args ?? []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${video}`,
    ],
  },
  // The recorder of a trace keeps the page's texts in the page.
  trace: 'off',
});

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

test(
  'a paper is photographed, its page goes with what was signed, and nothing of it stays on the screen',
  { tag: '@upright' },
  async ({ page, station }) => {
    test.setTimeout(120_000);
    // Whatever camera the page opens is looked at after it has closed it.
    await page.addInitScript(() => {
      const cameras = navigator.mediaDevices;
      const open = cameras.getUserMedia.bind(cameras);
      cameras.getUserMedia = async (wanted) => {
        const stream = await open(wanted);
        (window as unknown as { streams: MediaStream[] }).streams ??= []; // this test's own
        (window as unknown as { streams: MediaStream[] }).streams.push(stream); // the same
        return stream;
      };
    });
    await toFirstQuestion(page, station);
    await toBankCard(page);
    await touch(page, 'start-camera');
    await page.locator('[data-hint="good"]').waitFor();
    await touch(page, 'shoot');
    await page.getByTestId('photo-good').waitFor();
    await touch(page, 'keep');
    await expect(page.getByTestId('photo')).toHaveCount(1);
    const isLive = (): Promise<boolean> =>
      page.evaluate(
        () => (window as unknown as { streams: MediaStream[] }).streams.some((stream) => stream.active), // as above
      );
    expect(await isLive(), 'the camera is off').toBe(false);
    await touch(page, 'next');
    await atQuestion(page, 'm-photo');
    await page.locator('[data-way="none"]').tap();
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
      ]);
      expect(payload.papers).toContainEqual({ paperId: 'm-bank', way: 'photo', doubtful: [] });
      expect(payload.papers).toContainEqual({ paperId: 'm-photo', way: 'none', doubtful: [] });
      expect(payload.signing.sha256.slice(0, 4).toUpperCase()).toBe(code?.slice(0, 4));
    }).toPass({ timeout: 20_000 });

    await touch(page, 'finish');
    await atStep(page, 'goodbye');
    await expect.poll(() => page.workers()).toEqual([]);
    expect(await page.locator('canvas, video').count()).toBe(0);
    const session = await page.context().newCDPSession(page);
    const heap = await takeHeap(session);
    // As every JPEG begins in base64, and what messages about pages say.
    const left = ['/9j/4', '"photoId"', '"doubts"'].filter((told) =>
      heap.strings.some((text) => text.includes(told)),
    );
    expect(left).toEqual([]);
  },
);

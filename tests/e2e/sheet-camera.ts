import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import config from '../../playwright.config.ts';
import type { Quad } from '../../renderer/papers/picture.ts';
import { a4, printedPage } from '../../renderer/papers/synthetic/page.ts';
import { ordinaryScene, photograph } from '../../renderer/papers/synthetic/photograph.ts';
import { writeFakeCamera } from '../support/fake-camera.ts';

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
process.once('exit', () => rmSync(video, { force: true }));

const { launchOptions } = config.use ?? {};

/** How a browser is started that has this camera. */
export const withSheetCamera = {
  ...launchOptions,
  args: [
    ...(launchOptions?.args ?? []),
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${video}`,
  ],
};

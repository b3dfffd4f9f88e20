import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, type Page, type TestInfo } from '@playwright/test';
import {
  coarsened,
  decodePicture,
  differingCells,
  encodePicture,
  tolerance,
  withMarks,
} from './coarse-picture.ts';

export type Compare = (name: string) => Promise<void>;

/** Holds what the page shows against the picture of that name; a test goes on, so that all that differ are told at once. */
export function comparing(page: Page, info: TestInfo) {
  const fileOf = (name: string): string => info.snapshotPath(`${name}.png`);
  const isRenewed = info.config.updateSnapshots === 'all' || info.config.updateSnapshots === 'changed';

  async function seen(): Promise<Buffer> {
    await page.evaluate(() => document.fonts.ready);
    // What is painted over several frames (a ruler that lays out the keys, fonts) has come to rest.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    return page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' });
  }

  async function differing(name: string): Promise<number> {
    return differingCells(decodePicture(readFileSync(fileOf(name))), coarsened(await seen())).length;
  }

  async function compare(name: string): Promise<void> {
    const file = fileOf(name);
    if (isRenewed) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, encodePicture(coarsened(await seen())));
      return;
    }
    expect(existsSync(file), `${name} has no picture: --update-snapshots takes it`).toBe(true);
    // A page comes to rest in its own time; what is another one stays so.
    let cells = Infinity;
    await expect
      .configure({ soft: true })
      .poll(async () => (cells = await differing(name)), {
        message: `${name}: cells that differ`,
        timeout: 10_000,
      })
      .toBeLessThanOrEqual(tolerance.cells);
    if (cells > tolerance.cells) await attach(name);
  }

  /** As it is and as it was kept, and where they differ, beside the test's other results. */
  async function attach(name: string): Promise<void> {
    const [kept, png] = [decodePicture(readFileSync(fileOf(name))), await seen()];
    const now = coarsened(png);
    await info.attach(`${name}: as it is`, { body: png, contentType: 'image/png' });
    await info.attach(`${name}: as it was kept`, { body: encodePicture(kept), contentType: 'image/png' });
    const marked = encodePicture(withMarks(now, differingCells(kept, now)));
    await info.attach(`${name}: where they differ`, { body: marked, contentType: 'image/png' });
  }

  return { compare, differing };
}

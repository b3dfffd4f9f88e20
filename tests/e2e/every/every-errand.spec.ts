import { silentVoice } from '../../support/silent-voice.ts';
import { expect, test } from '../fixtures.ts';
import { formOf, noLook, toPlainStart, touch } from '../journey.ts';
import { backAndForth } from './back-and-forth.ts';
import { throughEachLanguageAndMode } from '../modes.ts';
import { withSheetCamera } from '../sheet-camera.ts';
import { errands } from './errands.ts';
import { fillAll, runErrand, submit, toConsent, toFirstPage } from './run-errand.ts';
import { lookIn, modeSets, nameOfModes, sayWay, wayOf } from './ways.ts';

/** Every item and every chain, by touch from home to goodbye: `npm run prove -- screens`. */

test.use({
  stationOptions: ['--camera', '--voice', silentVoice()],
  launchOptions: withSheetCamera,
  // Two hundred and more of them: what failed says where, and is run again by its name.
  trace: 'off',
});

for (const [at, errand] of errands.entries()) {
  test.describe(errand.name, () => {
    for (const [modesAt, modes] of modeSets.entries()) {
      test(`${nameOfModes(modes)}: from home to goodbye`, async ({ page, station }, { project }) => {
        test.setTimeout(10 * 60_000);
        const way = wayOf(at, modesAt, project.name === 'landscape');
        await page.goto(station.resident);
        await page.locator(`[data-${errand.kind}="${errand.name}"]`).first().waitFor();
        const look = lookIn(page, way, errand.name);
        await test.step(sayWay(way), () =>
          runErrand({ page, station, errand, look, hasCamera: modesAt % 2 === 0 }, way),
        );
        await toPlainStart(page);
      });
    }

    test('interrupted on every page: other languages and modes, the way back, nobody there for a while', async ({
      page,
      station,
    }) => {
      test.setTimeout(10 * 60_000);
      const visitor = { page, station, errand, look: noLook, hasCamera: false };
      await page.clock.install();
      await page.goto(station.resident);
      await toConsent(visitor, true);
      await toFirstPage(visitor);
      await fillAll({
        ...visitor,
        look: async (name) => {
          const before = await formOf(page);
          await throughEachLanguageAndMode(page);
          expect(await formOf(page), `${name}, other languages and modes`).toEqual(before);
          await page.clock.fastForward('01:31');
          await touch(page, 'idle-stay');
          await page.getByTestId('idle').waitFor({ state: 'hidden' });
          expect(await formOf(page), `${name}, nobody there for a while`).toEqual(before);
        },
      });
      await backAndForth(page);
      await submit(visitor, true);
    });
  });
}

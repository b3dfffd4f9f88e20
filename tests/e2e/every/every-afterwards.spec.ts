import { silentVoice } from '../../support/silent-voice.ts';
import { test } from '../fixtures.ts';
import { scenes } from './scenes.ts';
import { lookIn, modeSets, nameOfModes, wayOf } from './ways.ts';

/** Progress, corrections, replies, ratings, and what goes otherwise than hoped: `npm run prove -- screens`. */

test.use({ stationOptions: ['--voice', silentVoice()], trace: 'off' });

for (const [at, [name, play]] of Object.entries(scenes).entries()) {
  test.describe(name, () => {
    for (const [modesAt, modes] of modeSets.entries()) {
      test(nameOfModes(modes), async ({ page, station }, { project }) => {
        test.setTimeout(5 * 60_000);
        const way = wayOf(at, modesAt, project.name === 'landscape');
        await play({ page, station, way, look: lookIn(page, way, name) });
      });
    }
  });
}

import { expect, test } from './fixtures.ts';
import { atQuestion, atStep, choose, fillDigits, stepOf, toFirstQuestion, touch, type } from './journey.ts';
import { checkAppearances, representative } from './modes.ts';
import { chooseWay } from './writing.ts';

test(
  'an address is chosen level by level, one level at a time, and any of them is changed without choosing all anew',
  { tag: '@upright' },
  async ({ page, station }) => {
    test.setTimeout(90_000);
    const place = (code: string) => page.locator(`main [data-option="${code}"]`);
    const chosen = page.locator('main [data-place]');
    await toFirstQuestion(page, station);
    await station.hand.api.reader.takeCard();
    await fillDigits(page, 'mobile', '13800005678');
    await choose(page, 'byProxy', '0');
    await atQuestion(page, 'homeAddress');

    // The neighbouring streets lie right behind the station's own communities.
    await place('+').tap();
    await expect(chosen).toHaveText([/示例省/, /示例市/, /示例区/]);
    await expect(place('999901001')).toBeVisible();
    await checkAppearances(page, 'streets', representative);
    await place('999901003').tap();
    await place('999901003002').tap();
    await chooseWay(page, 'digits');
    await type(page, '2');
    await expect(page.locator('#answer')).toHaveValue('2');
    await checkAppearances(page, 'door', representative);

    // The wrong street of two that both have this community: only the street is chosen anew.
    await page.locator('[data-place="999901003"]').tap();
    await place('999901001').tap();
    await expect(chosen).toHaveText([/示例省/, /示例市/, /示例区/, /示例街道/, /和平社区/]);
    await expect(page.locator('#answer')).toHaveValue('2');

    // The way back goes up a level; nothing was meant, and the address stays.
    await touch(page, 'back');
    await expect(place('999901001001')).toBeChecked();
    await touch(page, 'language-en');
    await expect(page.locator('main h2')).toHaveText('Which neighbourhood or village?');
    await touch(page, 'language-zh');
    await touch(page, 'address-keep');
    await touch(page, 'next');
    await atQuestion(page, 'liveAlone');
    await touch(page, 'back');
    await expect(page.locator('#answer')).toHaveValue('2');

    // From far away: the province, and the rest is written, since no table has it.
    await place('-').tap();
    await expect(place('990000')).toBeVisible();
    await checkAppearances(page, 'provinces', representative);
    await touch(page, 'options-after');
    await page.locator('main [data-option]').first().tap();
    await expect(chosen).toHaveCount(1);
    await expect(page.locator('#answer')).toHaveValue('2');
    await touch(page, 'next');
    await atQuestion(page, 'liveAlone');
    await touch(page, 'back');

    // And what is in no list is written whole.
    await chosen.first().tap();
    await touch(page, 'address-unlisted');
    await expect(page.locator('#answer')).toHaveValue('');
    await touch(page, 'back');
    await expect(place('和平社区')).toBeVisible();
    await touch(page, 'back');
    await atQuestion(page, 'byProxy');
    await expect(stepOf(page)).toHaveCount(1);
    await touch(page, 'exit');
    await touch(page, 'leave-yes');
    await atStep(page, 'goodbye');
  },
);

import { describe, expect, test } from 'vitest';
import { addressText } from '#contract/form/address-text.ts';
import { addressOf, regionTree } from './region-tree.ts';

const region = (code: string, name: string) => ({ code, name });
const tree = regionTree([
  region('110000', '北京市'),
  region('110105', '朝阳区'),
  region('220000', '吉林省'),
  region('220100', '长春市'),
  region('220104', '朝阳区'),
  region('420000', '湖北省'),
  region('429004', '仙桃市'),
  region('440000', '广东省'),
  region('441900', '东莞市'),
  region('441900003', '东城街道'),
  region('650000', '新疆维吾尔自治区'),
  region('990000', '示例省'),
  region('999900', '示例市'),
  region('999901', '示例区'),
  region('999901001', '示例街道'),
  region('999901001001', '和平社区'),
  region('999901001002', '和平社区二'),
]);

describe('what lies where', () => {
  test('a county under the province itself, and a street of a city without counties', () => {
    expect(tree.children('420000').map(({ name }) => name)).toEqual(['仙桃市']);
    expect(tree.path('441900003').map(({ name }) => name)).toEqual(['广东省', '东莞市', '东城街道']);
  });

  test('a code that is not in the table has no way, and nothing lies in it', () => {
    expect(tree.path('123456')).toEqual([]);
    expect(tree.children('123456')).toEqual([]);
    expect(tree.children(null)).toHaveLength(6);
  });
});

describe('an address off a card', () => {
  test.each([
    [
      '示例省示例市示例区示例街道幸福路1号',
      { region: '示例省示例市示例区', street: '示例街道', detail: '幸福路1号', code: '999901001' },
    ],
    ['示例区幸福路1号', { region: '示例区', street: '', detail: '幸福路1号', code: '999901' }],
    ['吉林省长春市朝阳区1号', { region: '吉林省长春市朝阳区', detail: '1号', code: '220104' }],
    ['长春市朝阳区1号', { region: '长春市朝阳区', detail: '1号', code: '220104' }],
    ['湖北省仙桃市1号', { region: '湖北省仙桃市', detail: '1号', code: '429004' }],
    ['东莞市东城街道1号', { region: '东莞市', street: '东城街道', detail: '1号', code: '441900003' }],
    ['新疆维吾尔自治区伊宁市1号', { region: '新疆维吾尔自治区', detail: '伊宁市1号', code: '650000' }],
  ])('%s is told apart', (text, parts) => {
    expect(addressOf(tree, text)).toMatchObject(parts);
  });

  test.each([
    ['a county of which there are two', '朝阳区1号'],
    ['a province alone, of which we know more', '示例省某县1号'],
    ['a place that nobody knows', '某省某市1号'],
    ['nothing', ''],
  ])('with %s stays as it is written', (_name, text) => {
    expect(addressOf(tree, text)).toEqual({ region: '', street: '', community: '', detail: text });
  });

  test('with a name that begins another one stops before it', () => {
    expect(addressOf(tree, '示例区示例街道和平社区二3号')).toMatchObject({
      community: '',
      detail: '和平社区二3号',
      code: '999901001',
    });
  });

  test('says the same in levels as in a row', () => {
    const beginnings = [
      '',
      '示例省',
      '示例市',
      '示例省示例市',
      '示例区',
      '示例区示例街道',
      '北京市朝阳区',
      '朝阳区',
      '广东省东城街道',
    ];
    for (const beginning of beginnings) {
      const text = `${beginning}和平社区3号`;
      expect(addressText(addressOf(tree, text))).toBe(text);
    }
  });
});

test('without a table every address is text', () => {
  expect(addressOf(regionTree([]), '示例区1号').detail).toBe('示例区1号');
});

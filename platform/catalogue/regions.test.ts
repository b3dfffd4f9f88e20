import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_REGION_TABLE_BYTES } from '#contract/region-table.ts';
import { checkRegions } from './check-regions.ts';
import { catalogueDir } from './load-catalogue.ts';
import { parseRegions, readRegions, REGIONS_FILE } from './regions.ts';

const namesOf = (text: string): string[] => {
  const parsed = parseRegions(text);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value.regions.map(({ code, name }) => `${code} ${name}`);
};

test('the delivered table has every province, and of the invented district all levels', () => {
  const delivered = readRegions(join(catalogueDir, REGIONS_FILE));
  if (!delivered.ok || !delivered.value) throw new Error('no table');
  const { regions } = delivered.value;
  const provinces = regions.filter(({ code }) => /^\d{2}0000$/.test(code) && !code.startsWith('99'));
  expect(provinces).toHaveLength(34);
  expect(regions.find(({ code }) => code === '999901001001')).toEqual({
    code: '999901001001',
    name: '和平社区',
  });
});

describe('a table is read as its publishers write it', () => {
  test('with a heading or without, with a mark of its encoding, quotes, and the line ends of any machine', () => {
    const plain = namesOf('990000,示例省\n999900,示例市\n');
    expect(namesOf('\uFEFF代码,名称\r\n"990000","示例省"\r\n"999900","示例市"\r\n')).toEqual(plain);
    expect(namesOf('\uFEFF990000,示例省\n999900,示例市')).toEqual(plain);
  });

  test('with codes of twelve digits at every level, and in any order', () => {
    expect(
      namesOf('999901001000,示例街道\n999901000000,示例区\n990000000000,示例省\n999900000000,示例市'),
    ).toEqual(['990000 示例省', '999900 示例市', '999901 示例区', '999901001 示例街道']);
  });

  test('without the lines that stand between a city and its districts and on no letter', () => {
    expect(namesOf('110000,北京市\n110100,市辖区\n110101,东城区')).toEqual([
      '110000 北京市',
      '110101 东城区',
    ]);
  });
});

describe('a table that is wrong is refused with its line and the reason', () => {
  test.each([
    ['no code', '990000,示例省\n区,示例区', 'line 2: expected CODE,NAME'],
    ['a code of seven digits', '9900001,示例省', 'line 1: expected CODE,NAME'],
    ['no name', '990000,', 'line 1: expected CODE,NAME'],
    ['a third column', '990000,示例省,more', 'line 1: expected CODE,NAME'],
    ['a name that is no name', `990000,${'省'.repeat(41)}`, 'line 1: expected CODE,NAME'],
    ['a code twice', '990000,示例省\n990000,另一省', 'line 2: 990000 stands in line 1 already'],
    ['a place in nothing', '990000,示例省\n989901,无省县', 'line 2: nothing that 989901 could lie in'],
    ['nothing', 'code,name\n', 'holds no place'],
    [
      'names that fill no address',
      `990000,${'省'.repeat(20)}\n999900,${'市'.repeat(21)}`,
      'line 2: more than 40 characters with what it lies in',
    ],
    [
      'more places in one than a screen turns over',
      // Counties of the province itself: 990001 to 990099, 990101 to 990199 and so on.
      `990000,示例省\n${Array.from({ length: 401 }, (_none, n) => `99${String(Math.floor(n / 99) * 100 + (n % 99) + 1).padStart(4, '0')},第${String(n)}县`).join('\n')}`,
      'more than 400 places in 990000',
    ],
  ])('%s', (_name, text, reason) => {
    const parsed = parseRegions(text);
    expect(parsed).toMatchObject({ ok: false, fault: { code: 'regions.broken' } });
    expect(!parsed.ok && parsed.fault.detail).toContain(reason);
  });
});

describe('a file', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'yizhan-regions-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const read = (bytes: Uint8Array | string) => {
    writeFileSync(join(dir, REGIONS_FILE), bytes);
    return readRegions(join(dir, REGIONS_FILE));
  };

  test('that is not there is no table, and no fault', () => {
    expect(readRegions(join(dir, REGIONS_FILE))).toEqual({ ok: true, value: null });
  });

  test('that a spreadsheet saved in GB 18030 reads like one in UTF-8', () => {
    // 990000,示例省
    const gb18030 = Buffer.concat([Buffer.from('990000,'), Buffer.from('cabec0fdcaa1', 'hex')]);
    expect(read(gb18030)).toEqual(read('990000,示例省'));
  });

  test.each([
    ['is in no encoding', Buffer.from('9900002cff', 'hex'), 'is neither UTF-8 nor GB 18030'],
    ['is too large', 'x'.repeat(MAX_REGION_TABLE_BYTES + 1), 'larger than'],
  ])('that %s is refused', (_name, bytes, reason) => {
    const answer = read(bytes);
    expect(!answer.ok && answer.fault.detail).toContain(reason);
  });
});

test('the operator is told what is in a table before it is put in place', () => {
  expect(checkRegions(join(catalogueDir, REGIONS_FILE))).toEqual({
    ok: true,
    value: '53 places can be served (province 35, city 1, county 2, street 5, community 10)',
  });
  expect(checkRegions(join(catalogueDir, 'no-such.csv'))).toMatchObject({ ok: false });
});

test('the same places have the same hash, whatever the order of the lines', () => {
  expect(parseRegions('990000,示例省\n999900,示例市')).toEqual(parseRegions('999900,示例市\n990000,示例省'));
});

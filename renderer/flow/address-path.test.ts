import { expect, test } from 'vitest';
import type { Region } from '#contract/region.ts';
import { addressAt, withPlace, type LookUp } from './address-path.ts';

const place = (code: string, name: string): Region => ({ code, name });
const county = place('999901', '示例区');
const [street, otherStreet] = [place('999901001', '示例街道'), place('999901002', '示例东街道')];
const [here, there, another] = [
  place('999901001001', '和平社区'),
  place('999901002001', '和平社区'),
  place('999901002002', '新华社区'),
];
const levels: Record<string, { path: Region[]; children: Region[] }> = {
  [street.code]: { path: [county, street], children: [here] },
  [otherStreet.code]: { path: [county, otherStreet], children: [there, another] },
  [here.code]: { path: [county, street, here], children: [] },
  [there.code]: { path: [county, otherStreet, there], children: [] },
};
const lookUp: LookUp = (code) => {
  const found = levels[code ?? ''];
  return Promise.resolve(found ? { ...found, own: null } : null);
};

test('an address has its levels in words and the code of the deepest', () => {
  expect(addressAt([place('990000', '示例省'), county, street, here], ' 2栋301 ')).toEqual({
    region: '示例省示例区',
    street: '示例街道',
    community: '和平社区',
    detail: '2栋301',
    code: '999901001001',
  });
});

test('another street keeps the community, where it has one of that name', async () => {
  const changed = await withPlace({ path: [county, street, here], at: 1, code: otherStreet.code }, lookUp);
  expect(changed?.path).toEqual([county, otherStreet, there]);
});

test('and asks for it where it has none', async () => {
  const changed = await withPlace({ path: [county, otherStreet, another], at: 1, code: street.code }, lookUp);
  expect(changed).toMatchObject({ path: [county, street], children: [here] });
});

test('a place that cannot be looked up changes nothing', async () => {
  expect(await withPlace({ path: [county], at: 0, code: '990000' }, lookUp)).toBeNull();
});

import { expect, test } from 'vitest';
import { faultCodes } from '#contract/fault.ts';
import { provisionEn } from './provision.en.ts';
import { provisionZh } from './provision.zh.ts';

test('a first start says the same things in both languages, and names faults that there are', () => {
  for (const part of ['named', 'acts', 'problems'] as const)
    expect(Object.keys(provisionEn[part]).sort()).toEqual(Object.keys(provisionZh[part]).sort());
  for (const code of [...Object.keys(provisionZh.named), ...Object.keys(provisionZh.acts)])
    expect(faultCodes).toContain(code);
});

import { describe, expect, it } from 'vitest';
import { keyboardFaultCodes } from '../keyboard/faults.ts';
import { keyboardEn } from './keyboard.en.ts';
import { keyboardZh } from './keyboard.zh.ts';

function keysOf(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${key}/`) : [`${prefix}${key}`],
  );
}

describe('the texts of the keyboard', () => {
  it('are the same in each language', () => {
    expect(keysOf(keyboardEn)).toEqual(keysOf(keyboardZh));
  });

  it('have a sentence for each fault', () => {
    for (const texts of [keyboardZh, keyboardEn]) {
      expect(Object.keys(texts.fault)).toEqual([...keyboardFaultCodes]);
    }
  });
});

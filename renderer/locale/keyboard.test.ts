import { describe, expect, it } from 'vitest';
import { createI18n } from 'vue-i18n';
import { keyboardFaultCodes } from '../keyboard/faults.ts';
import { keyboardEn } from './keyboard.en.ts';
import { keyboardUg } from './keyboard.ug.ts';
import { keyboardZh } from './keyboard.zh.ts';

function keysOf(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${key}/`) : [`${prefix}${key}`],
  );
}

describe('the texts of the keyboard', () => {
  it('are the same in each language', () => {
    expect(keysOf(keyboardEn)).toEqual(keysOf(keyboardZh));
    expect(keysOf(keyboardUg)).toEqual(keysOf(keyboardZh));
  });

  it.each([
    ['zh', keyboardZh],
    ['en', keyboardEn],
    ['ug', keyboardUg],
  ])('have a sentence for each fault, and it is found under its path in %s', (locale, keyboard) => {
    const { t, te } = createI18n({
      legacy: false,
      locale,
      messages: { [locale]: { keyboard } },
    }).global;
    for (const code of keyboardFaultCodes) {
      const path = code.replace('.', '.fault.');
      expect(te(path)).toBe(true);
      expect(t(path)).not.toContain('keyboard.');
    }
    for (const key of keysOf(keyboard)) {
      expect(t(`keyboard.${key.replaceAll('/', '.')}`)).not.toContain('keyboard.');
    }
  });
});

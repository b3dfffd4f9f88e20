import { describe, expect, it } from 'vitest';
import { createI18n } from 'vue-i18n';
import type { Language } from '#contract/localized.ts';
import { compileMessage } from './compile-message.ts';
import { loadTexts } from './locale-texts.ts';
import { languages } from './languages.ts';

/** The dotted path of every text below here. */
function pathsOf(texts: object, before = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [before + key] : pathsOf(value as object, `${before}${key}.`),
  );
}

const codes = Object.keys(languages) as Language[]; // the keys of a record of all languages

describe.each(codes)('texts in %s', (language) => {
  it('are said as the library says them, by its own compiler', async () => {
    const { messages } = await loadTexts(language);
    const options = { legacy: false, locale: language, messages: { [language]: messages } } as const;
    const theirs = createI18n(options).global;
    const ours = createI18n({
      ...options,
      messageCompiler: (message) => compileMessage(String(message)),
    }).global;
    const names = [...JSON.stringify(messages).matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
    const values = Object.fromEntries(names.map((name, place) => [name, place]));
    const paths = pathsOf(messages);
    expect(paths.length).toBeGreaterThan(300);
    for (const path of paths) {
      const said = ours.t(path, values);
      expect([path, said]).toEqual([path, theirs.t(path, values)]);
      expect([path, ours.t(path)]).toEqual([path, theirs.t(path)]);
      expect(said).not.toMatch(/[{}|@]/);
    }
  });
});

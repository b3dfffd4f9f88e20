import type { LocalizedText } from '#contract/localized.ts';
import type { DeskLanguage } from '../../officials/sessions.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type TextKey = keyof typeof zh;

/** The texts of a page, in its language. */
export interface Texts {
  readonly language: DeskLanguage;
  t(key: TextKey, put?: Readonly<Record<string, string | number>>): string;
  /** Of items and notices. */
  of(text: LocalizedText): string;
  /** Several, one after the other. */
  list(members: readonly string[]): string;
  /** What something is called, and what it says. */
  pair(name: string, says: string): string;
  /** One of a family (`outcome.1`), or the member itself where this release does not know it. */
  member(family: string, member: string): string;
}

const all: Readonly<Record<DeskLanguage, Readonly<Record<string, string>>>> = { zh, en };

export function textsOf(language: DeskLanguage): Texts {
  const texts = all[language];
  return {
    language,
    t: (key, put = {}) =>
      (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(put[name] ?? whole)),
    of: (text) => text[language],
    list: (members) => members.join(language === 'zh' ? '、' : ', '),
    pair: (name, says) => `${name}${language === 'zh' ? '：' : ': '}${says}`,
    member: (family, member) => texts[`${family}.${member}`] ?? member,
  };
}

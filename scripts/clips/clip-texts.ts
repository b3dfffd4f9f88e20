import type { Chain } from '#contract/chain.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Language, TextLanguage } from '#contract/localized.ts';
import { textLanguage } from '#contract/text-language.ts';
import { callsZh } from '../../renderer/locale/calls.zh.ts';
import { spokenEn } from '../../renderer/locale/spoken.en.ts';
import { spokenZh } from '../../renderer/locale/spoken.zh.ts';
import type { LocaleTexts } from '../../renderer/locale/locale-texts.ts';

/** What a station says in one language, by the id of its clip: what a speaker reads into the microphone. */
export type ClipTexts = ReadonlyMap<string, string>;

const pageTexts: Readonly<Partial<Record<Language, Readonly<Record<string, string>>>>> = {
  zh: spokenZh,
  en: spokenEn,
};

/** The station's own pages. Empty for a language of which nobody has written them. */
export function pageClips(language: Language, texts: LocaleTexts): ClipTexts {
  const pages = pageTexts[language];
  if (!pages) return new Map();
  const problems = Object.entries(texts.messages.problems).map(
    ([code, text]) => [`problem.${code}`, spoken(text, texts)] as const,
  );
  const faults = Object.entries(texts.faults).map(
    ([code, { resident }]) => [`fault.${code}`, spoken(resident, texts)] as const,
  );
  return new Map([...Object.entries(pages), ...problems, ...faults]);
}

/** What the board's voice joins its calls of; it calls in Chinese. */
export function callClips(language: Language): ClipTexts {
  return new Map(language === 'zh' ? Object.entries(callsZh) : []);
}

/** What one item brings: its name, its questions, its papers. Empty for a language that items are not written in. */
export function itemClips(language: Language, { slug, name, form, materials }: ServiceItem): ClipTexts {
  const words = ownWords(language);
  if (words === null) return new Map();
  const clips = new Map([[`item.${slug}.name`, name[words]]]);
  for (const field of form.sections.flatMap(({ fields }) => fields)) {
    clips.set(`item.${slug}.field.${field.id}`, field.label[words]);
    if (field.type !== 'group') continue;
    for (const inner of field.fields)
      clips.set(`item.${slug}.field.${field.id}.${inner.id}`, inner.label[words]);
  }
  for (const paper of materials) clips.set(`item.${slug}.paper.${paper.id}`, paper.name[words]);
  return clips;
}

export function chainClips(language: Language, chains: readonly Chain[]): ClipTexts {
  const words = ownWords(language);
  return new Map(words === null ? [] : chains.map(({ id, name }) => [`chain.${id}.name`, name[words]]));
}

/** Null for a language that borrows the texts of another. */
function ownWords(language: Language): TextLanguage | null {
  const words = textLanguage(language);
  return words === language ? words : null;
}

/** A recording serves every station and every limit: the desk is any desk, and a number is a pause. */
function spoken(text: string, { anyDesk }: LocaleTexts): string {
  return text.replaceAll('{desk}', anyDesk).replaceAll(/\{\w+\}/g, '……');
}

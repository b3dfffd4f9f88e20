import type { NoticeText } from '#contract/progress.ts';
import { areaField, type Problem } from '../form.ts';
import { html, lines, type Piece } from '../html.ts';
import type { TextKey, Texts } from '../texts/texts.ts';
import type { Scene } from './act.ts';

/** Words to the applicant, in Chinese and, if the official has them, in English (contract/progress.ts). */

const MOST = { zh: 300, en: 600 } as const;

export interface WordsField {
  /** The English one's is this with `En` behind it. */
  readonly name: string;
  readonly label: TextKey;
  readonly labelEn: TextKey;
}

export function wordsFields(
  { name, label, labelEn }: WordsField,
  { values, texts }: Scene,
  problems: readonly Problem[],
): Piece {
  const { t } = texts;
  const nameEn = `${name}En`;
  return html`${areaField({ name, label: t(label), value: values.get(name) ?? '', problems, lang: 'zh-CN' })}${areaField(
    {
      name: nameEn,
      label: t(labelEn),
      hint: t('field.en.hint'),
      value: values.get(nameEn) ?? '',
      problems,
      lang: 'en',
    },
  )}`;
}

export function readWords(
  { name, label, labelEn }: WordsField,
  { values, texts }: Scene,
): { readonly words: NoticeText; readonly problems: readonly Problem[] } {
  const zh = (values.get(name) ?? '').trim();
  const en = (values.get(`${name}En`) ?? '').trim();
  const problems = [
    ...(zh === '' ? [{ field: name, says: texts.t('field.required', { label: texts.t(label) }) }] : []),
    ...tooLong(name, zh, MOST.zh, texts.t(label), texts),
    ...tooLong(`${name}En`, en, MOST.en, texts.t(labelEn), texts),
  ];
  // Left out, an English page shows the Chinese words: they are what holds, and better than none.
  return { words: { zh, en: en === '' ? zh : en }, problems };
}

/** Words of one's own that must be there: `most` code points, as the schema counts them (contract/interaction.ts, wordsSchema). */
export function ownWords(
  field: string,
  typed: string,
  most: number,
  label: string,
  { t }: Texts,
): { readonly words: string; readonly problems: readonly Problem[] } {
  const words = typed.trim();
  if (words === '') return { words, problems: [{ field, says: t('field.required', { label }) }] };
  if (Array.from(words).length <= most) return { words, problems: [] };
  return { words, problems: [{ field, says: t('field.tooLong', { label, n: most }) }] };
}

export function ownWordsField(
  name: string,
  label: TextKey,
  { texts, values }: Pick<Scene, 'texts' | 'values'>,
  problems: readonly Problem[],
): Piece {
  return areaField({ name, label: texts.t(label), value: values.get(name) ?? '', isLong: true, problems });
}

/** As the schema counts: in UTF-16 code units. */
export function tooLong(field: string, words: string, most: number, label: string, { t }: Texts): Problem[] {
  return words.length > most ? [{ field, says: t('field.tooLong', { label, n: most }) }] : [];
}

export function shownWords({ zh, en }: NoticeText): Piece {
  return zh === en ? lines(zh) : html`${lines(zh)}<br /><span lang="en">${lines(en)}</span>`;
}

import { describe, expect, it } from 'vitest';
import { createI18n } from 'vue-i18n';
import { attentionSchema } from '#contract/devices.ts';
import { faultCodes } from '#contract/fault.ts';
import { problemCodes } from '#contract/visit.ts';
import { attentionEn } from './attention.en.ts';
import { attentionUg } from './attention.ug.ts';
import { attentionZh } from './attention.zh.ts';
import { faultsEn } from './faults.en.ts';
import { faultsUg } from './faults.ug.ts';
import { faultsZh } from './faults.zh.ts';
import { messagesUg } from './messages.ug.ts';
import { problemsEn } from './problems.en.ts';
import { problemsUg } from './problems.ug.ts';
import { problemsZh } from './problems.zh.ts';
import { zh } from './zh.ts';
import { en } from './en.ts';
import { spokenEn } from './spoken.en.ts';
import { spokenZh } from './spoken.zh.ts';
import { staffZh } from './staff.zh.ts';

const locales = [
  { locale: 'zh', longest: 60, faults: faultsZh, problems: problemsZh, attention: attentionZh },
  { locale: 'en', longest: 160, faults: faultsEn, problems: problemsEn, attention: attentionEn },
  { locale: 'ug', longest: 160, faults: faultsUg, problems: problemsUg, attention: attentionUg },
] as const;

const scripts = { zh: /\p{Script=Han}/u, en: /\p{Script=Latin}/u, ug: /\p{Script=Arabic}/u } as const;

const withLimit: readonly string[] = [
  'date-too-early',
  'date-too-late',
  'number-too-small',
  'number-too-large',
  'too-long',
  'group-too-few',
  'group-too-many',
];

const machinery = ['系统错误', '异常', '接口', '服务器', 'error', 'exception', 'server', 'timeout'];

type Sentence = readonly [path: string, text: string];

describe.each(locales)('the sentences in $locale', ({ locale, longest, faults, problems, attention }) => {
  const staff = Object.entries(faults).map(([code, entry]): Sentence => [`${code} staff`, entry.staff]);
  const resident = [
    ...Object.entries(faults).map(([code, entry]): Sentence => [`${code} resident`, entry.resident]),
    ...Object.entries(problems),
    ...Object.entries(attention),
  ];
  const all = [...staff, ...resident];

  /** The sentences that break a rule, so that a failure shows them. */
  function breaking(sentences: readonly Sentence[], isWrong: (text: string) => boolean): Sentence[] {
    return sentences.filter(([, text]) => isWrong(text));
  }

  it('leave out no code and know no other', () => {
    expect(Object.keys(faults).sort()).toEqual([...faultCodes].sort());
    expect(Object.keys(problems).sort()).toEqual([...problemCodes].sort());
    expect(Object.keys(attention).sort()).toEqual([...attentionSchema.options].sort());
  });

  it('are each written in their own language', () => {
    expect(breaking(all, (text) => !scripts[locale].test(text))).toEqual([]);
    // Latin letters stand in every language: they are keys of the configuration.
    const foreign =
      locale === 'zh' ? scripts.ug : locale === 'ug' ? scripts.zh : /[\p{Script=Han}\p{Script=Arabic}]/u;
    expect(breaking(all, (text) => foreign.test(text))).toEqual([]);
  });

  it('are short enough for a resident who stands', () => {
    expect(breaking(resident, (text) => Array.from(text).length > longest)).toEqual([]);
  });

  it('tell a resident nothing about machinery', () => {
    const namesMachinery = (text: string) => machinery.some((word) => text.toLowerCase().includes(word));
    expect(breaking(resident, namesMachinery)).toEqual([]);
  });

  it('name a limit exactly where the problem has one', () => {
    const naming = Object.entries(problems).filter(([, text]) => text.includes('{limit}'));
    expect(naming.map(([code]) => code).sort()).toEqual([...withLimit].sort());
  });

  it('hold no character that vue-i18n would take for syntax', () => {
    expect(breaking(all, (text) => /[@|{}]/.test(text.replace(/\{(?:limit|desk)\}/, '')))).toEqual([]);
  });

  it('are found by vue-i18n under a path whose code is quoted, and take their limit', () => {
    const { t } = createI18n({
      legacy: false,
      locale,
      messages: { [locale]: { faults, problems, attention } },
    }).global;
    for (const code of faultCodes) {
      expect(t(`faults['${code}'].resident`, { desk: 'X' })).toBe(
        faults[code].resident.replace('{desk}', 'X'),
      );
      expect(t(`faults['${code}'].staff`)).toBe(faults[code].staff);
    }
    for (const need of attentionSchema.options) expect(t(`attention.${need}`)).toBe(attention[need]);
    for (const code of problemCodes) {
      expect(t(`problems.${code}`, { limit: '12' })).toBe(problems[code].replace('{limit}', '12'));
    }
  });
});

describe.each([
  ['en', en],
  ['ug', messagesUg],
])('the words of the pages in %s', (_locale, messages) => {
  const chinese = new Map(textsOf(zh));

  it('name the same values as the Chinese, and are never empty', () => {
    const values = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
    const wrong = textsOf(messages).filter(
      ([path, text]) =>
        text.trim() === '' || String(values(text)) !== String(values(chinese.get(path) ?? '')),
    );
    expect(wrong).toEqual([]);
  });

  it('hold no character that vue-i18n would take for syntax', () => {
    const wrong = textsOf(messages).filter(([, text]) => /[@|]/.test(text));
    expect(wrong).toEqual([]);
  });
});

describe('one thing has one name', () => {
  const staff = Object.entries(faultsZh).map(([code, entry]): Sentence => [`${code} staff`, entry.staff]);
  const resident = [
    ...textsOf(zh),
    ...textsOf(attentionZh),
    ...textsOf(spokenZh),
    ...Object.entries(faultsZh).map(([code, entry]): Sentence => [code, entry.resident]),
  ];
  const naming = (texts: readonly Sentence[], name: RegExp) => texts.filter(([, text]) => name.test(text));

  it('for a resident: the slip is 小票, a code is 二维码 and goes out of date', () => {
    expect(naming(resident, /凭条|回执单|方块码|(?<!超)过时/)).toEqual([]);
    expect(naming(Object.entries(spokenEn), /\breceipts?\b/)).toEqual([]);
  });

  it('for staff: what is printed on the slip, which says 收件编号', () => {
    const said = [...staff, ...textsOf(staffZh)];
    expect(naming(said, /受理编号|受理凭条|重新受理|(?<!超)过时/)).toEqual([]);
    expect(naming(said, /收件编号/).length).toBeGreaterThan(5);
  });

  it('what was only submitted is not done: 办好了 is said of a case that is closed', () => {
    const farewells = [zh.goodbye.title, zh.received.finish, spokenZh['page.goodbye']];
    expect(farewells.filter((text) => /办好|办完/.test(text))).toEqual([]);
  });
});

function textsOf(texts: object, prefix = ''): Sentence[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]): Sentence[] => {
    if (typeof value === 'string') return [[`${prefix}${key}`, value]];
    return typeof value === 'object' && value !== null ? textsOf(value, `${prefix}${key}.`) : [];
  });
}

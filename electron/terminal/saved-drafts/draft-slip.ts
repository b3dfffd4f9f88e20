import { localDate, localTimeOfDay } from '#contract/form/local-date.ts';
import type { Language, LocalizedText, TextLanguage } from '#contract/localized.ts';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';
import type { StationInfo } from '#contract/station.ts';
import { textLanguage } from '#contract/text-language.ts';
import type { SavedTimes } from './saved-drafts.ts';

export interface DraftSlipContent extends SavedTimes {
  readonly station: StationInfo;
  readonly language: Language;
  readonly itemName: LocalizedText;
  readonly timeZone: string;
}

/** Says first what it is not: no receipt, no number, nothing that could be taken for one. Of nobody, by name or number. */
export function draftSlip(content: DraftSlipContent): ReceiptDocument {
  const { station, itemName, timeZone } = content;
  const language = textLanguage(content.language);
  const words = texts[language];
  const at = (ms: number): string => `${localDate(ms, timeZone)} ${localTimeOfDay(ms, timeZone)}`;
  return {
    nodes: [
      text(station.name[language], 'center', 'normal'),
      text(words.title, 'center', 'double'),
      text(words.notSubmitted, 'left', 'tall'),
      { type: 'rule' },
      text(itemName[language], 'left', 'normal'),
      { type: 'row', left: words.savedAt, right: at(content.savedAtMs), bold: false },
      text(`${words.until}${at(content.eraseAtMs)}`, 'left', 'tall'),
      text(words.how, 'left', 'normal'),
      text(words.then, 'left', 'normal'),
      { type: 'rule' },
      text(`${words.ask}${station.phone}`, 'left', 'normal'),
    ],
  };
}

function text(content: string, align: 'left' | 'center', size: 'normal' | 'tall' | 'double'): ReceiptNode {
  return { type: 'text', text: content, align, size, bold: size !== 'normal' };
}

const texts: Readonly<
  Record<
    TextLanguage,
    Readonly<Record<'title' | 'notSubmitted' | 'savedAt' | 'until' | 'how' | 'then' | 'ask', string>>
  >
> = {
  zh: {
    title: '草稿，不是回执',
    notSubmitted: '您的申请还没有提交',
    savedAt: '保存时间',
    until: '请在此之前回来：',
    how: '网络恢复后，带身份证回到这台机器，放上身份证，接着办。',
    then: '过了时间，填的内容会删除，要重新填。',
    ask: '来之前可以先打电话问：',
  },
  en: {
    title: 'Draft, not a receipt',
    notSubmitted: 'Your application has not been submitted',
    savedAt: 'Saved',
    until: 'Please come back before ',
    how: 'When the network is back, come to this machine with your ID card, lay it down, and go on.',
    then: 'After that time what you filled in is erased and must be filled in again.',
    ask: 'You can call before you come: ',
  },
};

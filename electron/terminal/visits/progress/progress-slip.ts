import { localDate, localTimeOfDay } from '#contract/form/local-date.ts';
import type { Language, TextLanguage } from '#contract/localized.ts';
import { textLanguage } from '#contract/text-language.ts';
import type { CaseProgress, ProgressEntry, StationKnows } from '#contract/progress.ts';
import { groupReceiptNumber } from '#contract/receipt-number.ts';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';
import type { StationInfo } from '#contract/station.ts';
import { progressSlipTexts } from './progress-slip-texts.ts';

export interface ProgressSlipContent {
  readonly station: StationInfo;
  readonly language: Language;
  /** Of a chain, all that was found of it. At least one. */
  readonly entries: readonly ProgressEntry[];
  readonly timeZone: string;
  readonly printedAtMs: number;
}

const line = (text: string): ReceiptNode => ({
  type: 'text',
  text,
  align: 'left',
  size: 'normal',
  bold: false,
});
const strong = (text: string): ReceiptNode => ({
  type: 'text',
  text,
  align: 'left',
  size: 'tall',
  bold: true,
});
const title = (text: string, size: 'normal' | 'double'): ReceiptNode => ({
  type: 'text',
  text,
  align: 'center',
  size,
  bold: size === 'double',
});
const rule: ReceiptNode = { type: 'rule' };

/** How a case goes, to take along: what an old person shows at home. No name, and no number of a person. */
export function progressSlip(content: ProgressSlipContent): ReceiptDocument {
  const language = textLanguage(content.language);
  const texts = progressSlipTexts[language];
  const { timeZone, printedAtMs } = content;
  const printed = `${localDate(printedAtMs, timeZone)} ${localTimeOfDay(printedAtMs, timeZone)}`;
  const body = content.entries.flatMap((entry, index): ReceiptNode[] => [
    ...(index === 0 ? [] : [rule]),
    ...(entry.known === 'platform'
      ? caseLines(entry.case, language)
      : stationLines(entry.application, language)),
  ]);
  const [first] = content.entries;
  const isAlone = content.entries.length === 1;
  // Of several, each has its own office; the station knows them all.
  const phone =
    isAlone && first?.known === 'platform' && first.case.phone !== ''
      ? first.case.phone
      : content.station.phone;
  return {
    nodes: [
      title(content.station.name[language], 'normal'),
      title(texts.title, 'double'),
      line(`${texts.printedAt} ${printed}`),
      rule,
      ...body,
      rule,
      line(`${texts.ask}${phone}`),
    ],
  };
}

function caseLines(shown: CaseProgress, language: TextLanguage): ReceiptNode[] {
  const texts = progressSlipTexts[language];
  const { next, detail } = shown;
  const correction = detail?.correction;
  const result = detail?.result;
  return [
    line(`${texts.item}: ${shown.itemName[language]}`),
    line(`${texts.caseNo}: ${shown.caseNo}`),
    line(`${texts.receiptNo}:`),
    line(groupReceiptNumber(shown.receiptNo)),
    rule,
    strong(`${texts.state}: ${texts.states[shown.status]}`),
    line(texts.next[next.what]),
    ...(next.by === null ? [] : [strong(`${next.what === 'resume' ? texts.expected : texts.by} ${next.by}`)]),
    ...(correction
      ? [
          rule,
          strong(texts.toCorrect),
          line(`${texts.notice}: ${correction.noticeNo}`),
          ...correction.entries.map((entry, index) =>
            line(`${index + 1}. ${entry.name[language]}: ${entry.reason[language]}`),
          ),
        ]
      : []),
    ...(detail?.refusal ? [rule, line(detail.refusal[language])] : []),
    ...(result
      ? [
          rule,
          strong(`${texts.result}: ${result.text[language]}`),
          ...(result.documentNo === null ? [] : [line(`${texts.documentNo}: ${result.documentNo}`)]),
          line(`${texts.notice}: ${result.noticeNo}`),
        ]
      : []),
  ];
}

function stationLines(application: StationKnows, language: TextLanguage): ReceiptNode[] {
  const texts = progressSlipTexts[language];
  const state = application.isParked
    ? texts.withStaff
    : application.sent === null
      ? texts.waitsHere
      : texts.sent;
  return [
    line(`${texts.item}: ${application.itemName[language]}`),
    line(`${texts.receiptNo}:`),
    line(groupReceiptNumber(application.receiptNo)),
    ...(application.sent === null ? [] : [line(`${texts.caseNo}: ${application.sent.caseNo}`)]),
    rule,
    strong(`${texts.state}: ${state}`),
  ];
}

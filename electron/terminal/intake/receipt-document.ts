import type { IdentitySource } from '#contract/application.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { PaperRecord, PaperWay } from '#contract/paper.ts';
import type { Language, LocalizedText } from '#contract/localized.ts';
import { textLanguage } from '#contract/text-language.ts';
import { slipQr } from '#contract/query-code.ts';
import { groupReceiptNumber } from '#contract/receipt-number.ts';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';
import type { StationInfo } from '#contract/station.ts';
import { COPY_MARK, receiptTexts } from './receipt-texts.ts';

export interface ReceiptContent {
  readonly station: StationInfo;
  readonly item: ServiceItem;
  readonly language: Language;
  readonly receiptNo: string;
  readonly queryCode: string;
  /** It answers a notice (补正). */
  readonly isCorrection: boolean;
  /** Local date and time as it is printed. */
  readonly receivedAt: string;
  /** Already masked: a slip is dropped, lost and read by others. */
  readonly maskedName: string;
  readonly maskedNumber: string;
  readonly identitySource: IdentitySource;
  /** Those that staff check, and those that follow, stand on the slip. */
  readonly papers: readonly PaperRecord[];
  /** The first digits of what the signature is bound to; null when nobody signed. */
  readonly signedCode: string | null;
}

/** The slip says "received at this station", which is neither "accepted" nor "approved". */
export function receiptDocument(content: ReceiptContent): ReceiptDocument {
  const { language, texts } = wordsOf(content);
  const nodes: ReceiptNode[] = [
    ...head(content),
    line(content.item.name[language]),
    ...whoAndWhen(content),
    ...(content.signedCode === null ? [] : [row(texts.signedCode, content.signedCode)]),
    { type: 'rule' },
    title(texts.number, 'normal'),
    title(groupReceiptNumber(content.receiptNo), 'normal'),
    title(`${texts.queryCode}${content.queryCode}`, 'normal'),
    { type: 'qr', data: slipQr(content.receiptNo, content.queryCode), moduleDots: 6 },
    { type: 'rule' },
    line(content.item.interaction === undefined ? texts.meaning : texts.said),
    ...toHandIn([content], texts.showOriginals, 'staff'),
    ...toHandIn([content], texts.bringLater, 'later'),
    ...foot(content),
  ];
  return { nodes };
}

/** One slip for all applications of a chain: each under its own number, the code that of the first. */
export function chainReceiptDocument(
  chainName: LocalizedText,
  contents: readonly ReceiptContent[],
): ReceiptDocument {
  const [first] = contents;
  if (!first) throw new Error('a slip of nothing');
  const { language, texts } = wordsOf(first);
  const nodes: ReceiptNode[] = [
    ...head(first),
    line(chainName[language]),
    ...whoAndWhen(first),
    { type: 'rule' },
    title(texts.number, 'normal'),
    ...contents.flatMap(({ item, receiptNo, queryCode, signedCode }, index): ReceiptNode[] => [
      line(`${String(index + 1)}. ${item.name[language]}`),
      title(groupReceiptNumber(receiptNo), 'normal'),
      title(`${texts.queryCode}${queryCode}`, 'normal'),
      ...(signedCode === null ? [] : [row(texts.signedCode, signedCode)]),
    ]),
    { type: 'qr', data: slipQr(first.receiptNo, first.queryCode), moduleDots: 6 },
    { type: 'rule' },
    line(texts.chainMeaning),
    ...toHandIn(contents, texts.showOriginals, 'staff'),
    ...toHandIn(contents, texts.bringLater, 'later'),
    ...foot(first),
  ];
  return { nodes };
}

function wordsOf(content: ReceiptContent) {
  const language = textLanguage(content.language);
  return { language, texts: receiptTexts[language] };
}

function head(content: ReceiptContent): ReceiptNode[] {
  const { language, texts } = wordsOf(content);
  return [
    title(content.station.name[language], 'normal'),
    title(content.isCorrection ? texts.correctionTitle : texts.title, 'double'),
    { type: 'rule' },
  ];
}

function whoAndWhen(content: ReceiptContent): ReceiptNode[] {
  const { texts } = wordsOf(content);
  return [
    // An item that asks nobody who it is has neither.
    ...(content.maskedName === '' ? [] : [row(texts.applicant, content.maskedName)]),
    ...(content.maskedNumber === '' ? [] : [row(texts.idNumber, content.maskedNumber)]),
    row(texts.receivedAt, content.receivedAt),
  ];
}

function foot(content: ReceiptContent): ReceiptNode[] {
  const { texts } = wordsOf(content);
  return [
    ...(content.identitySource === 'typed' && content.item.interaction === undefined
      ? [line(texts.bringOriginals)]
      : []),
    line(`${texts.ask}${content.station.phone}`),
    line(`${texts.supervise}${content.item.contacts.supervise}`),
  ];
}

/** Each paper once, also where several items ask for it. */
function toHandIn(contents: readonly ReceiptContent[], lead: string, way: PaperWay): ReceiptNode[] {
  const names = contents.flatMap((content) => {
    const ids = content.papers.filter((paper) => paper.way === way).map(({ paperId }) => paperId);
    const { language } = wordsOf(content);
    return content.item.materials.filter(({ id }) => ids.includes(id)).map(({ name }) => name[language]);
  });
  return names.length === 0 ? [] : [line(lead), ...[...new Set(names)].map((name) => line(`□ ${name}`))];
}

function row(left: string, right: string): ReceiptNode {
  return { type: 'row', left, right, bold: false };
}

function line(text: string): ReceiptNode {
  return { type: 'text', text, align: 'left', size: 'normal', bold: false };
}

function title(text: string, size: 'normal' | 'double'): ReceiptNode {
  return { type: 'text', text, align: 'center', size, bold: size === 'double' };
}

/** The same slip with 补打 on top, where a clerk sees it before anything else. */
export function asCopy(document: ReceiptDocument): ReceiptDocument {
  const mark: ReceiptNode = { type: 'text', text: COPY_MARK, align: 'center', size: 'double', bold: true };
  return { nodes: [mark, ...document.nodes] };
}

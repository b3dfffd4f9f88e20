import type { IdentitySource } from '#contract/application.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { PaperRecord, PaperWay } from '#contract/paper.ts';
import { textLanguage, type Language } from '#contract/localized.ts';
import { groupReceiptNumber } from '#contract/receipt-number.ts';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';
import type { StationInfo } from '#contract/station.ts';
import { COPY_MARK, receiptTexts } from './receipt-texts.ts';

export interface ReceiptContent {
  readonly station: StationInfo;
  readonly item: ServiceItem;
  readonly language: Language;
  readonly receiptNo: string;
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

/** What the QR code on slip and screen holds: the number with a mark of its kind, nothing personal. */
export function receiptQr(receiptNo: string): string {
  return `YZ1|${receiptNo}`;
}

/** The slip says "received at this station", which is neither "accepted" nor "approved". */
export function receiptDocument(content: ReceiptContent): ReceiptDocument {
  const { station, item } = content;
  const language = textLanguage(content.language);
  const texts = receiptTexts[language];
  const row = (left: string, right: string): ReceiptNode => ({ type: 'row', left, right, bold: false });
  const line = (text: string): ReceiptNode => ({
    type: 'text',
    text,
    align: 'left',
    size: 'normal',
    bold: false,
  });
  const title = (text: string, size: 'normal' | 'double'): ReceiptNode => ({
    type: 'text',
    text,
    align: 'center',
    size,
    bold: size === 'double',
  });
  const toHandIn = (lead: string, way: PaperWay): ReceiptNode[] => {
    const ids = content.papers.filter((paper) => paper.way === way).map(({ paperId }) => paperId);
    const names = item.materials.filter(({ id }) => ids.includes(id)).map(({ name }) => name[language]);
    return names.length === 0 ? [] : [line(lead), ...names.map((name) => line(`□ ${name}`))];
  };
  const nodes: ReceiptNode[] = [
    title(station.name[language], 'normal'),
    title(texts.title, 'double'),
    { type: 'rule' },
    line(item.name[language]),
    // An item that asks nobody who it is has neither.
    ...(content.maskedName === '' ? [] : [row(texts.applicant, content.maskedName)]),
    ...(content.maskedNumber === '' ? [] : [row(texts.idNumber, content.maskedNumber)]),
    row(texts.receivedAt, content.receivedAt),
    ...(content.signedCode === null ? [] : [row(texts.signedCode, content.signedCode)]),
    { type: 'rule' },
    title(texts.number, 'normal'),
    title(groupReceiptNumber(content.receiptNo), 'normal'),
    { type: 'qr', data: receiptQr(content.receiptNo), moduleDots: 6 },
    { type: 'rule' },
    line(item.interaction === undefined ? texts.meaning : texts.said),
    ...toHandIn(texts.showOriginals, 'staff'),
    ...toHandIn(texts.bringLater, 'later'),
    ...(content.identitySource === 'typed' && item.interaction === undefined
      ? [line(texts.bringOriginals)]
      : []),
    line(`${texts.ask}${station.phone}`),
    line(`${texts.supervise}${item.contacts.supervise}`),
  ];
  return { nodes };
}

/** The same slip with 补打 on top, where a clerk sees it before anything else. */
export function asCopy(document: ReceiptDocument): ReceiptDocument {
  const mark: ReceiptNode = { type: 'text', text: COPY_MARK, align: 'center', size: 'double', bold: true };
  return { nodes: [mark, ...document.nodes] };
}

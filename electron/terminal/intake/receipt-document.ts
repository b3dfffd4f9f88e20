import type { IdentitySource } from '#contract/application.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { PaperRecord, PaperWay } from '#contract/paper.ts';
import { textLanguage, type Language } from '#contract/localized.ts';
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
    title(content.isCorrection ? texts.correctionTitle : texts.title, 'double'),
    { type: 'rule' },
    line(item.name[language]),
    row(texts.applicant, content.maskedName),
    row(texts.idNumber, content.maskedNumber),
    row(texts.receivedAt, content.receivedAt),
    ...(content.signedCode === null ? [] : [row(texts.signedCode, content.signedCode)]),
    { type: 'rule' },
    title(texts.number, 'normal'),
    title(groupReceiptNumber(content.receiptNo), 'normal'),
    title(`${texts.queryCode}${content.queryCode}`, 'normal'),
    { type: 'qr', data: slipQr(content.receiptNo, content.queryCode), moduleDots: 6 },
    { type: 'rule' },
    line(texts.meaning),
    ...toHandIn(texts.showOriginals, 'staff'),
    ...toHandIn(texts.bringLater, 'later'),
    ...(content.identitySource === 'typed' ? [line(texts.bringOriginals)] : []),
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

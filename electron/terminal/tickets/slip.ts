import { localDate, localTimeOfDay } from '#contract/form/local-date.ts';
import type { Language, LocalizedText, TextLanguage } from '#contract/localized.ts';
import type { NewTicket } from '#contract/queue/ticket.ts';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';
import type { StationInfo } from '#contract/station.ts';
import { textLanguage } from '#contract/text-language.ts';

export interface TicketSlip {
  readonly station: StationInfo;
  readonly language: Language;
  readonly timeZone: string;
  readonly ticket: Pick<NewTicket, 'number' | 'ticketClass' | 'told' | 'arrived' | 'local'>;
  readonly line: LocalizedText;
  readonly ahead: number;
  /** Null: which business it is, is not known. */
  readonly item: { readonly name: LocalizedText; readonly papers: readonly LocalizedText[] } | null;
  readonly returnWithinMinutes: number;
  /** For whoever comes back after a missed call; null: nothing here reads it. */
  readonly code: string | null;
}

/** A number and nobody's name: it lies on the floor of the hall in the evening. */
export function ticketSlip(slip: TicketSlip): ReceiptDocument {
  const { station, ticket, item, timeZone } = slip;
  const language = textLanguage(slip.language);
  const words = texts[language];
  const taken = ticket.arrived.atMs;
  return {
    nodes: [
      text(station.name[language], 'center', 'normal'),
      text(ticket.number, 'center', 'double'),
      text(slip.line[language], 'center', 'tall'),
      ...(ticket.ticketClass === 'ordinary'
        ? []
        : [text(ticket.ticketClass === 'booked' ? words.booked : words.goesFirst, 'center', 'normal')]),
      ...(ticket.local ? [text(words.local, 'center', 'normal')] : []),
      { type: 'rule' },
      row(words.ahead, words.people(slip.ahead)),
      row(words.wait, waitIn(language, ticket.told)),
      row(words.takenAt, `${localDate(taken, timeZone)} ${localTimeOfDay(taken, timeZone)}`),
      ...(item === null ? [] : bring(item, language)),
      { type: 'rule' },
      text(words.listen, 'left', 'normal'),
      text(words.missed(slip.returnWithinMinutes), 'left', 'normal'),
      ...(slip.code === null ? [] : [{ type: 'qr' as const, data: slip.code, moduleDots: 5 }]),
      text(`${words.ask}${station.phone}`, 'left', 'normal'),
    ],
  };
}

function bring(item: NonNullable<TicketSlip['item']>, language: TextLanguage): ReceiptNode[] {
  const words = texts[language];
  return [
    { type: 'rule' },
    text(item.name[language], 'left', 'normal'),
    text(item.papers.length === 0 ? words.nothingToBring : words.bring, 'left', 'normal'),
    ...item.papers.map((name) => text(`□ ${name[language]}`, 'left', 'normal')),
  ];
}

function waitIn(language: TextLanguage, told: NewTicket['told']): string {
  const words = texts[language];
  if (told === null) return words.unknownWait;
  return told.fromMinutes === 0 ? words.upTo(told.toMinutes) : words.range(told.fromMinutes, told.toMinutes);
}

function row(left: string, right: string): ReceiptNode {
  return { type: 'row', left, right, bold: false };
}

function text(content: string, align: 'left' | 'center', size: 'normal' | 'tall' | 'double'): ReceiptNode {
  return { type: 'text', text: content, align, size, bold: size !== 'normal' };
}

interface SlipWords {
  readonly goesFirst: string;
  readonly booked: string;
  readonly local: string;
  readonly ahead: string;
  readonly people: (count: number) => string;
  readonly wait: string;
  readonly unknownWait: string;
  readonly upTo: (minutes: number) => string;
  readonly range: (from: number, to: number) => string;
  readonly takenAt: string;
  readonly bring: string;
  readonly nothingToBring: string;
  readonly listen: string;
  readonly missed: (minutes: number) => string;
  readonly ask: string;
}

const texts: Readonly<Record<TextLanguage, SlipWords>> = {
  zh: {
    goesFirst: '优先办理',
    booked: '预约已签到',
    local: '本机临时取号，与叫号屏一致',
    ahead: '您前面',
    people: (count) => `${String(count)} 人`,
    wait: '大约要等',
    unknownWait: '现在无法预计',
    upTo: (minutes) => `${String(minutes)} 分钟以内`,
    range: (from, to) => `${String(from)} 到 ${String(to)} 分钟`,
    takenAt: '取号时间',
    bring: '请带好：',
    nothingToBring: '不用带材料。',
    listen: '请留意叫号屏和广播，叫到后请到窗口。',
    missed: (minutes) =>
      `过号 ${String(minutes)} 分钟内，在取号的机器上点“过号了”，或者告诉工作人员，不用重新取号。`,
    ask: '咨询电话：',
  },
  en: {
    goesFirst: 'Served first',
    booked: 'Booked, checked in',
    local: 'Number of this machine alone, valid on the board',
    ahead: 'People before you',
    people: (count) => String(count),
    wait: 'Wait, about',
    unknownWait: 'cannot be estimated',
    upTo: (minutes) => `up to ${String(minutes)} minutes`,
    range: (from, to) => `${String(from)} to ${String(to)} minutes`,
    takenAt: 'Taken',
    bring: 'Please have with you:',
    nothingToBring: 'No papers are needed.',
    listen: 'Watch the board and listen. When called, go to the window.',
    missed: (minutes) =>
      `Missed your call? Within ${String(minutes)} minutes touch “Missed my call” at the machine, or tell a member of staff; keep this number.`,
    ask: 'Questions: ',
  },
};

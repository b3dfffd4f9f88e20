import type { CaseStatus } from '#contract/application.ts';
import type { CaseVerb, DocumentKind } from '#contract/case-choices.ts';
import type { Actor } from '#contract/case-history.ts';

/**
 * The one table of a case (办件): where it can be (status codes of GB/T 39046 as deployed), what can happen to it there, who may do it,
 * what its clocks do, and which written notice goes with it. The engine moves and counts by it, and docs/cases.md is
 * made from it (scripts/pages/cases-page.ts). What is not in here does not happen.
 */

/** Before the platform has it, a case is nowhere. */
export type Place = CaseStatus | 'nowhere';

export const meaningOfStatus: Readonly<Record<CaseStatus, { readonly zh: string; readonly en: string }>> = {
  '01': { zh: '已提交', en: 'submitted, and not on the platform yet' },
  '02': { zh: '收件', en: 'received; the office has not said whether it accepts' },
  '05': { zh: '受理', en: 'accepted; the days to decide are counted' },
  '06': { zh: '补齐补正', en: 'to be corrected by the applicant' },
  '07': { zh: '不予受理', en: 'not accepted' },
  '10': { zh: '办结', en: 'closed, with its result' },
  '11': { zh: '挂起', en: 'in a special procedure, whose days are not counted' },
  '12': { zh: '在办', en: 'being worked on' },
  '13': { zh: '退件', en: 'returned' },
  '14': { zh: '撤回', en: 'withdrawn by the applicant' },
  '15': { zh: '已送达', en: 'the result was delivered' },
};

export interface Move {
  readonly from: Place;
  readonly to: CaseStatus;
}

/**
 * The clocks of a case. `tell`: until the office says whether it accepts (行政许可法 32). `correct`: until the applicant
 * has corrected. `decide`: the promised and the legal limit, and in them the limits of the steps.
 */
export interface ClockEffects {
  readonly tell?: 'starts' | 'stops';
  readonly correct?: 'starts' | 'stops';
  /** `starts`: unless it has; then it goes on. `starts anew`: with its full limits. */
  readonly decide?: 'starts' | 'rests' | 'goes on' | 'stops' | 'starts anew' | 'is extended';
  readonly step?: 'ends';
}

export interface VerbRow {
  readonly means: string;
  readonly who: readonly Actor[];
  readonly moves: readonly Move[];
  readonly clocks: ClockEffects;
  /** One of these. What is said and answered (a question, a complaint) instead of applied for is answered by its reply, and has none. */
  readonly notices: readonly DocumentKind[];
  /** What must hold besides the move. */
  readonly only?: string;
}

const from = (to: CaseStatus, ...places: readonly Place[]): Move[] =>
  places.map((place) => ({ from: place, to }));
const staying = (...places: readonly CaseStatus[]): Move[] =>
  places.map((place) => ({ from: place, to: place }));

export const table: Readonly<Record<CaseVerb, VerbRow>> = {
  receive: {
    means: 'The platform has stored what the station took (收件); the slip (收件凭证) was given there.',
    who: ['station'],
    moves: from('02', 'nowhere'),
    clocks: { tell: 'starts' },
    notices: [],
  },
  revise: {
    means: 'Staff of the station put something right before the office looked.',
    who: ['station'],
    moves: staying('02'),
    clocks: {},
    notices: [],
  },
  'keep-revision': {
    means: 'A revision that nobody asked for is kept, and changes nothing.',
    who: ['station'],
    moves: staying('05', '07', '10', '11', '12', '13', '14', '15'),
    clocks: {},
    notices: [],
  },
  accept: {
    means: 'Accepted (受理).',
    who: ['desk'],
    moves: from('05', '02'),
    clocks: { tell: 'stops', decide: 'starts' },
    notices: ['accept'],
    only: 'what it needs of its chain is over, or has not come in five working days',
  },
  'deem-accepted': {
    means: 'Nobody answered within five working days: accepted from the day received (行政许可法 32).',
    who: ['clock'],
    moves: from('05', '02'),
    clocks: { tell: 'stops', decide: 'starts' },
    notices: ['accept'],
    only: 'the five working days are over; not for what is said and answered',
  },
  refuse: {
    means: 'Not accepted (不予受理), with the reason.',
    who: ['desk'],
    moves: from('07', '02'),
    clocks: { tell: 'stops', decide: 'stops' },
    notices: ['reject'],
  },
  'request-correction': {
    means: 'Everything that must be corrected, told at once (补齐补正告知).',
    who: ['desk'],
    moves: from('06', '02', '05', '12'),
    clocks: { tell: 'stops', correct: 'starts', decide: 'rests' },
    notices: ['correct'],
  },
  correct: {
    means: 'The applicant has corrected it, at any station.',
    who: ['station'],
    moves: from('02', '06'),
    clocks: { correct: 'stops', tell: 'starts', decide: 'goes on' },
    notices: [],
  },
  'confirm-correction': {
    means: 'What was missing was handed in at a window (确认补齐).',
    who: ['desk'],
    moves: from('02', '06'),
    clocks: { correct: 'stops', tell: 'starts', decide: 'goes on' },
    notices: ['confirmCorrect'],
  },
  'return-overdue': {
    means: 'Nobody corrected it by the due day: returned (超期自动退件).',
    who: ['clock'],
    moves: from('13', '06'),
    clocks: { correct: 'stops' },
    notices: ['return'],
    only: 'the due day is over',
  },
  'correct-in-time': {
    means:
      'A correction that a station had received in time, and that the line held up, comes after the return.',
    who: ['station'],
    moves: from('02', '13'),
    clocks: { tell: 'starts', decide: 'goes on' },
    notices: [],
    only: 'the clock returned it, and the station received the correction after it was asked for and by the due day',
  },
  'complete-step': {
    means: 'The present step of the item is done; the next one begins.',
    who: ['desk'],
    moves: from('12', '05', '12'),
    clocks: { step: 'ends' },
    notices: [],
    only: 'it is the present step',
  },
  'begin-special': {
    means: 'A special procedure (特别程序) begins: a hearing, a public notice, a visit.',
    who: ['desk'],
    moves: from('11', '05', '12'),
    clocks: { decide: 'rests' },
    notices: ['special'],
  },
  'end-special': {
    means: 'The special procedure is over.',
    who: ['desk'],
    moves: from('12', '11'),
    clocks: { decide: 'goes on' },
    notices: [],
  },
  extend: {
    means: 'More days, with the approval of the head of the office (延长审批).',
    who: ['desk'],
    moves: staying('05', '12'),
    clocks: { decide: 'is extended' },
    notices: ['special'],
    only: 'once, and before the legal limit is over',
  },
  'hand-over': {
    means: 'Another unit goes on with it (转办); for the applicant every clock goes on.',
    who: ['desk'],
    moves: staying('02', '05', '11', '12'),
    clocks: {},
    notices: [],
  },
  return: {
    means: 'Returned (退件), with the reason.',
    who: ['desk'],
    moves: from('13', '02', '06', '05', '12'),
    clocks: { tell: 'stops', correct: 'stops', decide: 'stops' },
    notices: ['return'],
  },
  withdraw: {
    means: 'Withdrawn (撤回) at the wish of the applicant.',
    who: ['desk'],
    moves: from('14', '02', '06', '05', '12'),
    clocks: { tell: 'stops', correct: 'stops', decide: 'stops' },
    notices: [],
  },
  close: {
    means: 'Decided, with its result (办结); a no is a decision in writing (不予许可/确认决定书).',
    who: ['desk'],
    moves: from('10', '05', '12'),
    clocks: { decide: 'stops' },
    notices: ['close', 'refuse'],
  },
  deliver: {
    means: 'The result has reached the applicant (送达).',
    who: ['desk'],
    moves: from('15', '10'),
    clocks: {},
    notices: ['deliver'],
  },
  reopen: {
    means: 'The reply to a question or complaint was refused by who asked.',
    who: ['station'],
    moves: from('12', '10'),
    clocks: { decide: 'starts anew' },
    notices: [],
    only: 'what is said and answered',
  },
};

/** Nothing more comes of it by the office. */
export const overStatuses: readonly CaseStatus[] = ['07', '10', '13', '14', '15'];
const OVER: ReadonlySet<CaseStatus> = new Set(overStatuses);

export function isOver(status: CaseStatus): boolean {
  return OVER.has(status);
}

/** Where a verb leads from a place; null: it cannot happen there. */
export function reached(verb: CaseVerb, place: Place): CaseStatus | null {
  return table[verb].moves.find((move) => move.from === place)?.to ?? null;
}

/**
 * The verb of an event that was written before verbs were (migration 0011), or by a node of that release: from where
 * it led. There were only these then.
 */
export function verbOfMove(place: Place, to: CaseStatus, actor: Actor): CaseVerb {
  if (place === to) return to === '02' ? 'revise' : 'keep-revision';
  const candidates: readonly CaseVerb[] = [
    'receive',
    'accept',
    'refuse',
    'request-correction',
    'correct',
    'confirm-correction',
    'end-special',
    'close',
    'reopen',
  ];
  return (
    candidates.find((verb) => table[verb].who.includes(actor) && reached(verb, place) === to) ??
    candidates.find((verb) => reached(verb, place) === to) ??
    'receive'
  );
}

import type { ReplyFinding } from '#contract/interaction.ts';
import {
  englishQuestionWords,
  questionParticles,
  questionWords,
  replyCheckRules,
  vagueUnit,
  waysToReach,
} from './reply-check-rules.ts';
import {
  contained,
  letters,
  likeness,
  masked,
  namesIn,
  plain,
  quotable,
  shingles,
  weight,
  withoutPhrases,
  withoutQuotes,
  type NameIndex,
} from './reply-text.ts';

/** A reply that was given, with what it answered. */
export interface EarlierReply {
  readonly caseNo: string;
  readonly question: string;
  readonly text: string;
  /** It answered this very case, and was sent back: the same question is no excuse for the same words. */
  readonly wasSentBack?: boolean;
}

export interface ReplyToJudge {
  readonly unit: string;
  readonly text: string;
  /** In the resident's words, with what he chose that it is about. */
  readonly question: string;
  /** Names of the unit that the matter was dispatched to; none: it was dispatched to nobody yet. */
  readonly dispatchedTo: readonly string[];
  readonly earlier: readonly EarlierReply[];
}

/** What the catalogue knows, made ready once: there are a hundred replies to compare, and thousands of names. */
export interface KnownWords {
  /** The names of all items, as letters alone. */
  readonly names: NameIndex;
  /** The items that a name may mean. */
  readonly itemsOf: ReadonlyMap<string, readonly KnownItem[]>;
  /** Names of items and units that give way before replies are compared, in small letters. */
  readonly masks: NameIndex;
}

export interface KnownItem {
  /** Its guide, which may be quoted. */
  readonly guide: ReadonlySet<string>;
}

/**
 * Whether a reply answers (docs/decisions/0044): it says what it is about, who answers and how a person there is reached, something of
 * its own, and not what was answered to another question. Empty: it may be given.
 */
export function judgeReply(reply: ReplyToJudge, known: KnownWords): ReplyFinding[] {
  const findings: ReplyFinding[] = [];
  const unit = plain(reply.unit).trim();
  if (vagueUnit.test(unit)) findings.push({ rule: 'names-no-unit' });
  const names = reply.dispatchedTo.map(letters);
  if (names.length > 0 && !names.includes(letters(reply.unit))) {
    findings.push({ rule: 'other-unit' });
  }
  const text = plain(reply.text);
  if (!waysToReach.some((way) => way.test(text))) findings.push({ rule: 'no-way-to-reach' });
  if (!namesMatter(reply, known)) findings.push({ rule: 'names-no-matter' });
  const substance = withoutQuotes(withoutPhrases(withoutWays(text)), [quotable(reply.question)]);
  if (weight(substance) < replyCheckRules.leastSubstance) findings.push({ rule: 'empty' });
  const repeats = copyOf(reply, known);
  if (repeats !== null) findings.push({ rule: 'repeats', caseNo: repeats.caseNo });
  return findings;
}

/** A telephone number after an empty phrase is no answer. */
function withoutWays(text: string): string {
  return waysToReach.reduce((rest, way) => rest.replaceAll(new RegExp(way, 'gu'), ''), text);
}

/** The item that was asked about by one of its names, or the words that the question is about. */
function namesMatter({ question, text }: ReplyToJudge, known: KnownWords): boolean {
  const said = letters(text);
  const asked = itemsNamed(letters(question), known);
  if ([...itemsNamed(said, known)].some((item) => asked.has(item))) return true;
  const about = subjectWords(question);
  if (about.size === 0) return true;
  const { share, atMost } = replyCheckRules.sharedWords;
  const wanted = Math.min(atMost, Math.max(1, Math.round(about.size * share)));
  return [...about].filter((word) => said.includes(word)).length >= wanted;
}

function itemsNamed(text: string, { names, itemsOf }: KnownWords): ReadonlySet<KnownItem> {
  return new Set([...namesIn(text, names)].flatMap((name) => itemsOf.get(name) ?? []));
}

/** Pairs of Chinese characters, and longer words of an alphabet, that are not how everybody asks. */
function subjectWords(question: string): ReadonlySet<string> {
  const bare = plain(question).replace(questionWords, ' ').replace(questionParticles, ' ');
  const pairs = (bare.match(/\p{Script=Han}{2,}/gu) ?? []).flatMap((run) => {
    const all = Array.from(run);
    return all.slice(1).map((letter, at) => `${all[at] ?? ''}${letter}`);
  });
  const words = (bare.match(/[a-z]{4,}/gu) ?? []).filter((word) => !englishQuestionWords.has(word));
  return new Set([...pairs, ...words]);
}

/** The reply that it is a copy of, the most alike; null: of none. One answer may be given to one question, however often it is asked. */
function copyOf(reply: ReplyToJudge, known: KnownWords): EarlierReply | null {
  const { copyLikeness, copyContained, fewestShingles, sameQuestion } = replyCheckRules;
  const same = reply.earlier.find(
    ({ wasSentBack, text }) => wasSentBack === true && letters(text) === letters(reply.text),
  );
  if (same) return same;
  const own = comparable(reply, known);
  if (own.size < fewestShingles) return null;
  let found: { readonly reply: EarlierReply; readonly likeness: number } | null = null;
  const question = subjectWords(reply.question);
  for (const earlier of reply.earlier) {
    const words = comparable({ ...earlier, unit: reply.unit }, known);
    if (words.size < fewestShingles) continue;
    const alike = likeness(own, words);
    if (alike < copyLikeness && contained(own, words) < copyContained) continue;
    const other = subjectWords(earlier.question);
    // Of two that say nothing, nobody knows that they are not one.
    const isOther = earlier.wasSentBack === true;
    if (!isOther && (question.size === 0 ? other.size === 0 : likeness(question, other) >= sameQuestion))
      continue;
    if (found === null || alike > found.likeness) found = { reply: earlier, likeness: alike };
  }
  return found?.reply ?? null;
}

/** What counts when two replies are compared: no phrases, nothing of the question or of a guide, no names and numbers. */
function comparable(
  { text, question, unit }: Pick<ReplyToJudge, 'text' | 'question' | 'unit'>,
  known: KnownWords,
): ReadonlySet<string> {
  const guides = [...itemsNamed(letters(text), known)].map(({ guide }) => guide);
  const own = withoutQuotes(withoutPhrases(text), [quotable(question), ...guides]);
  return shingles(masked(own, plain(unit), known.masks));
}

import { replyCheckRules, stockPhrases } from './reply-check-rules.ts';

/** Words as the reply check compares them: one form of each character, no capital letters. */
export function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Letters and digits alone: punctuation and spaces hide no copy. */
export function letters(text: string): string {
  return plain(text).replace(/[^\p{L}\p{N}]/gu, '');
}

/** Every run of so many letters, of whatever script: Chinese has no spaces to cut it by. */
export function shingles(text: string): ReadonlySet<string> {
  return runsOf(letters(text), replyCheckRules.shingleLetters);
}

/** In UTF-16 units: a character beyond the basic plane, which is a rare name, counts as two. */
function runsOf(text: string, length: number): ReadonlySet<string> {
  const runs = new Set<string>();
  for (let at = 0; at + length <= text.length; at += 1) runs.add(text.slice(at, at + length));
  return runs;
}

/** Jaccard: what both have, of what either has; 0 to 1. */
export function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = commonOf(a, b);
  return common === 0 ? 0 : common / (a.size + b.size - common);
}

/** How much of the smaller one stands in the other; 0 to 1. */
export function contained(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const smaller = Math.min(a.size, b.size);
  return smaller === 0 ? 0 : commonOf(a, b) / smaller;
}

function commonOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let common = 0;
  for (const one of few) if (many.has(one)) common += 1;
  return common;
}

/** The clauses that are more than phrases, without the phrases in them. */
export function withoutPhrases(text: string): string {
  return plain(text)
    .split(/[，。；！？、：,;!?:\n\r]+|\.(?=\s|$)/u)
    .map((clause) => {
      const before = weight(clause);
      const left = stockPhrases.reduce((rest, phrase) => rest.replace(phrase, ' '), clause);
      return before === 0 || 1 - weight(left) / before >= replyCheckRules.phraseShare ? '' : left;
    })
    .filter((clause) => clause !== '')
    .join('，');
}

/** What a text may be quoted by: every run of it that is long enough to be a quotation. */
export function quotable(text: string): ReadonlySet<string> {
  return runsOf(letters(text), replyCheckRules.quotedLetters);
}

/** Without the runs that stand in one of the other texts as well. */
export function withoutQuotes(text: string, quoted: readonly ReadonlySet<string>[]): string {
  const all = letters(text);
  const { quotedLetters } = replyCheckRules;
  let left = '';
  let quotedUntil = 0;
  for (let at = 0; at < all.length; at += 1) {
    const run = all.slice(at, at + quotedLetters);
    if (quoted.some((runs) => runs.has(run))) quotedUntil = at + quotedLetters;
    if (at >= quotedUntil) left += all.charAt(at);
  }
  return left;
}

/** Numbers, days and names give way, so that a changed one does not hide a copy. Of names that begin at one place, the longest. */
export function masked(text: string, unit: string, names: NameIndex): string {
  const whole = plain(text);
  const rest = unit === '' ? whole : whole.replaceAll(unit, '某');
  let left = '';
  for (let at = 0; at < rest.length;) {
    const name = namesAt(rest, at, names)[0];
    left += name === undefined ? rest.charAt(at) : '某';
    at += name?.length ?? 1;
  }
  return left.replace(/[\d一二三四五六七八九十百千]+/gu, '0');
}

/** Names by their first letter, the longer ones first: a catalogue has thousands, and a text is gone through once. */
export type NameIndex = ReadonlyMap<string, readonly string[]>;

export function nameIndex(names: Iterable<string>): NameIndex {
  const all = [...new Set(names)]
    .filter((name) => name !== '')
    .sort((one, other) => other.length - one.length);
  return Map.groupBy(all, (name) => name.charAt(0));
}

/** Those of the names that stand in the text. */
export function namesIn(text: string, names: NameIndex): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at = 0; at < text.length; at += 1) for (const name of namesAt(text, at, names)) found.add(name);
  return found;
}

function namesAt(text: string, at: number, names: NameIndex): readonly string[] {
  return names.get(text.charAt(at))?.filter((name) => text.startsWith(name, at)) ?? [];
}

/** In Chinese characters; a letter of an alphabet says half as much. */
export function weight(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const other = text.match(/[^\p{Script=Han}\P{L}]|\p{N}/gu)?.length ?? 0;
  return han + other / 2;
}

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
  const { shingleLetters } = replyCheckRules;
  const all = Array.from(letters(text));
  return new Set(
    all
      .slice(0, Math.max(0, all.length - shingleLetters + 1))
      .map((_letter, at) => all.slice(at, at + shingleLetters).join('')),
  );
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

/** Without the runs that stand in the other text as well. */
export function withoutQuotes(text: string, quoted: string): string {
  const source = letters(quoted);
  const all = Array.from(letters(text));
  const { quotedLetters } = replyCheckRules;
  const isQuoted = all.map(() => false);
  for (let at = 0; at + quotedLetters <= all.length; at += 1) {
    if (source.includes(all.slice(at, at + quotedLetters).join('')))
      isQuoted.fill(true, at, at + quotedLetters);
  }
  return all.filter((_letter, at) => isQuoted[at] !== true).join('');
}

/** Numbers, days and names give way, one after the other, so that a changed one does not hide a copy. */
export function masked(text: string, names: readonly string[]): string {
  return names
    .reduce((rest, name) => (name === '' ? rest : rest.replaceAll(name, '某')), plain(text))
    .replace(/[\d一二三四五六七八九十百千]+/gu, '0');
}

/** In Chinese characters; a letter of an alphabet says half as much. */
export function weight(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const other = text.match(/[^\p{Script=Han}\P{L}]|\p{N}/gu)?.length ?? 0;
  return han + other / 2;
}

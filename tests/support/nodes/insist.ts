import type { Answer } from '#platform/for-tests.ts';
import type { Books } from './books.ts';

/** What an outbox sends again (docs/decisions/0009): nothing is wrong with the request. */
const NOT_NOW = new Set([408, 425, 429, 500, 502, 503, 504]);
const PATIENCE_MS = 20_000;
/** Shorter than a terminal's, so that a proof of minutes meets as much as a station in a month. */
const PAUSE_MS = 120;

export interface Insisted {
  readonly answer: Answer;
  /** An earlier try may have been done although nobody heard so. */
  readonly isDoubtful: boolean;
}

/** Sends until somebody answers, each time signed anew. A failure that a node calls its own is noted: it has none. */
export async function insist(
  books: Books,
  random: () => number,
  send: () => Promise<Answer>,
): Promise<Insisted> {
  let isDoubtful = false;
  for (;;) {
    const answer = await Promise.race([send().catch(() => null), pause(PATIENCE_MS).then(() => null)]);
    if (answer?.status === 500) books.wrong.push(`a node failed: ${answer.text}`);
    if (answer !== null && !NOT_NOW.has(answer.status)) return { answer, isDoubtful };
    if (answer?.status !== 429) isDoubtful = true;
    books.unanswered += 1;
    await pause(PAUSE_MS * random());
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // What waits for nothing else keeps no process alive.
    setTimeout(resolve, ms).unref();
  });
}

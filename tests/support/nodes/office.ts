import { z } from 'zod';
import { call } from '#platform/for-tests.ts';
import type { Books } from './books.ts';
import { insist, pause } from './insist.ts';

const summarySchema = z.object({
  cursor: z.number().int(),
  caseNo: z.string(),
  applicationId: z.string(),
  itemSlug: z.string(),
});
const pageSchema = z.object({ cases: z.array(summarySchema) });
export type ListedCase = z.infer<typeof summarySchema>;

const PAGE = 20;
export const LOOK_EVERY_MS = 60;

export interface ReaderParts {
  readonly url: string;
  /** The token of the desk, or of a department. */
  readonly by: string;
  readonly random: () => number;
  readonly books: Books;
}

/** Whoever goes on behind the last case that he has read, also while cases are stored. Ends when he is over and nothing is new. */
export async function readCases(
  parts: ReaderParts,
  into: string[],
  isOver: () => boolean,
  onCase: (found: ListedCase) => Promise<void>,
): Promise<void> {
  const { url, by, random, books } = parts;
  for (let after = 0; ;) {
    const wasOver = isOver();
    const { answer } = await insist(books, random, () =>
      call(`${url}/v1/cases?after=${String(after)}&limit=${String(PAGE)}`, { by }),
    );
    const { cases } = pageSchema.parse(answer.json);
    for (const found of cases) {
      into.push(found.caseNo);
      after = found.cursor;
      await onCase(found);
    }
    if (cases.length > 0) continue;
    if (wasOver) return;
    await pause(LOOK_EVERY_MS);
  }
}

const SHARE = { corrected: 0.15, accepted: 0.65, closed: 0.5 } as const;
const wrongHouse = {
  target: { of: 'page', pageId: 'homeAddress' },
  reason: { zh: '门牌号和户口簿不一样', en: 'The house number differs from the register' },
};
const granted = { outcome: '1', text: { zh: '已办结', en: 'Granted' }, documentNo: null };
const refusedSchema = z.object({
  code: z.literal('TRANSITION_REFUSED'),
  data: z.object({ status: z.string() }),
});

/** What an officer of the desk does with a case that he finds: asks for a correction, decides on it, or leaves it. */
export async function workOn(
  parts: ReaderParts,
  found: ListedCase,
  askFor: (applicationId: string) => void,
): Promise<void> {
  const chance = parts.random();
  if (chance < SHARE.corrected) {
    await act(parts, found.caseNo, 'corrections', { entries: [wrongHouse], workdays: 5 }, '06');
    askFor(found.applicationId);
  } else if (chance < SHARE.corrected + SHARE.accepted) {
    await decide(parts, found.caseNo);
  }
}

/** Accepts it, and closes it or goes on with it for longer than the play lasts. */
export async function decide(parts: ReaderParts, caseNo: string): Promise<void> {
  await act(parts, caseNo, 'acceptance', {}, '05');
  if (parts.random() < SHARE.closed) await act(parts, caseNo, 'result', granted, '10');
}

async function act(
  { url, by, random, books }: ReaderParts,
  caseNo: string,
  what: string,
  body: object,
  to: string,
): Promise<void> {
  const { answer, isDoubtful } = await insist(books, random, () =>
    call(`${url}/v1/cases/${caseNo}/${what}`, { method: 'POST', by, body }),
  );
  const refused = refusedSchema.safeParse(answer.json);
  // An earlier try was done and nobody heard it: the case stands where it was to be brought.
  const wasDone = isDoubtful && refused.success && refused.data.data.status === to;
  if (answer.status !== 200 && !wasDone) {
    books.wrong.push(`${what} of ${caseNo} was answered ${String(answer.status)} ${answer.text}`);
  }
  books.acts.set(caseNo, [...(books.acts.get(caseNo) ?? []), to]);
}

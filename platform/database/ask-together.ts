import type pg from 'pg';

/** Of one statement: a flood is cut into several, each of which the database answers in a moment. */
const MOST_AT_ONCE = 200;
/** Who asks later waits so long for those under way, in milliseconds: a connection that went dead without a word holds up nobody else. */
export const WAITS_MS = 100;

interface Asker<Q, A> {
  readonly question: Q;
  readonly answered: (answer: A | Promise<A>) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * One round trip for all who ask while others are under way: an idle node waits for nobody, and a busy one asks the database seldom.
 * `ask` answers in the order of the questions, or says for each that it will; where it fails, it has failed for all of them.
 */
export function askTogether<Q, A>(
  ask: (pool: pg.Pool, questions: readonly Q[]) => Promise<readonly (A | Promise<A>)[]>,
  mostAtOnce = MOST_AT_ONCE,
): (pool: pg.Pool, question: Q) => Promise<A> {
  const lines = new WeakMap<pg.Pool, { waiting: Asker<Q, A>[]; isUnderWay: boolean }>();

  const lineOf = (pool: pg.Pool) => {
    const line = lines.get(pool) ?? { waiting: [], isUnderWay: false };
    lines.set(pool, line);
    return line;
  };

  const goOn = (pool: pg.Pool): void => {
    const line = lineOf(pool);
    if (line.isUnderWay || line.waiting.length === 0) return;
    const askers = line.waiting.splice(0, mostAtOnce);
    line.isUnderWay = true;
    let isWaitedFor = true;
    const letOthers = (): void => {
      if (!isWaitedFor) return;
      isWaitedFor = false;
      line.isUnderWay = false;
      goOn(pool);
    };
    const patience = setTimeout(letOthers, WAITS_MS);
    void answerAll(pool, askers).then(() => {
      clearTimeout(patience);
      letOthers();
    });
  };

  const answerAll = async (pool: pg.Pool, askers: readonly Asker<Q, A>[]): Promise<void> => {
    try {
      const answers = await ask(
        pool,
        askers.map(({ question }) => question),
      );
      if (answers.length !== askers.length) throw new Error('there are not as many answers as questions');
      for (const [at, answer] of answers.entries()) askers[at]?.answered(answer);
    } catch (error) {
      for (const { failed } of askers) failed(error);
    }
  };

  return (pool, question) =>
    new Promise((answered, failed) => {
      lineOf(pool).waiting.push({ question, answered, failed });
      goOn(pool);
    });
}

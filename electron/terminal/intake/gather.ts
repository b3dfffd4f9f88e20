import type { AtEndOfTurn } from '#contract/ports.ts';

export interface Gathering<In, Out> {
  readonly atEndOfTurn: AtEndOfTurn;
  /** What comes twice in a turn is worked on once. */
  readonly keyOf: (input: In) => string;
  /** Answers each of them. */
  readonly work: (inputs: readonly In[]) => ReadonlyMap<In, PromiseSettledResult<Out>>;
}

interface Waiting<In, Out> {
  readonly input: In;
  readonly answer: Promise<Out>;
  readonly settle: (outcome: PromiseSettledResult<Out>) => void;
}

/** Collects what comes in one turn of the event loop, and has it worked on together at the end of the turn. */
export function gather<In, Out>({
  atEndOfTurn,
  keyOf,
  work,
}: Gathering<In, Out>): (input: In) => Promise<Out> {
  let waiting = new Map<string, Waiting<In, Out>>();

  function workOff(): void {
    const group = [...waiting.values()];
    waiting = new Map();
    try {
      const outcomes = work(group.map(({ input }) => input));
      for (const { input, settle } of group) {
        settle(outcomes.get(input) ?? { status: 'rejected', reason: new Error('gather: no answer') });
      }
    } catch (reason) {
      for (const { settle } of group) settle({ status: 'rejected', reason });
    }
  }

  return (input) => {
    const same = waiting.get(keyOf(input));
    if (same) return same.answer;
    const { promise: answer, resolve, reject } = Promise.withResolvers<Out>();
    const settle = (outcome: PromiseSettledResult<Out>): void => {
      if (outcome.status === 'fulfilled') resolve(outcome.value);
      else reject(outcome.reason);
    };
    waiting.set(keyOf(input), { input, answer, settle });
    if (waiting.size === 1) atEndOfTurn(workOff);
    return answer;
  };
}

import { Broken } from './check.ts';
import { Client } from './client.ts';
import { Maker } from './maker.ts';
import { NotAsked, type Operator } from './operator.ts';
import { isChosen, type Choice } from './options.ts';
import type { Rule } from './rule.ts';
import { themes } from './themes.ts';
import { Trial, type Wishes } from './trial.ts';

export type Verdict =
  | { readonly state: 'passed' }
  /** `because`: the rule is broken, what comes before all rules went wrong, or the rule could not be tried to its end. */
  | {
      readonly state: 'failed';
      readonly because: 'broken' | 'unprepared' | 'not-tried';
      readonly expected: string;
      readonly came: string;
    }
  /** It is about something that not every platform has, and that nobody gave: neither kept nor broken. */
  | { readonly state: 'not-asked'; readonly needs: string }
  | { readonly state: 'left-out' };

export interface Judged {
  readonly rule: string;
  readonly clause: string;
  readonly verdict: Verdict;
}

export interface SuiteParts {
  readonly url: string;
  readonly deskToken: string;
  readonly operator: Operator;
  readonly wishes: Wishes;
  readonly choice: Choice;
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Called as soon as a rule is judged. */
  readonly judged?: (judged: Judged) => void;
}

/** Judges rule by rule, in their order. What one rule has left does not change what another one finds. */
export async function judge(parts: SuiteParts): Promise<readonly Judged[]> {
  const { url, deskToken, now, randomBytes, operator, wishes, choice } = parts;
  const client = new Client({ url, deskToken, now, randomBytes });
  const trial = new Trial(client, operator, new Maker(now, randomBytes), wishes);
  const all: Judged[] = [];
  let unprepared: Verdict | null = null;
  for (const theme of themes) {
    const chosen = theme.rules.filter(({ id }) => isChosen(choice, id));
    if (theme.when !== 'bare' && chosen.length > 0 && unprepared === null) {
      client.rule = 'preparation';
      const verdict = await verdictOf(() => trial.prepare());
      if (verdict.state === 'failed') unprepared = { ...verdict, because: 'unprepared' };
    }
    for (const each of theme.rules) {
      const verdict = await verdictOn(each);
      const judged = { rule: each.id, clause: each.clause, verdict };
      all.push(judged);
      parts.judged?.(judged);
    }

    async function verdictOn(each: Rule): Promise<Verdict> {
      if (!isChosen(choice, each.id)) return { state: 'left-out' };
      if (theme.when !== 'bare' && unprepared !== null) return unprepared;
      client.rule = each.id;
      return verdictOf(() => each.judge(trial));
    }
  }
  client.close();
  return all;
}

async function verdictOf(what: () => Promise<void> | void): Promise<Verdict> {
  try {
    await what();
    return { state: 'passed' };
  } catch (error) {
    if (error instanceof NotAsked) return { state: 'not-asked', needs: error.message };
    if (error instanceof Broken)
      return { state: 'failed', because: 'broken', expected: error.expected, came: error.came };
    return {
      state: 'failed',
      because: 'not-tried',
      expected: 'the rule to be tried',
      came: error instanceof Error ? error.message : String(error),
    };
  }
}

import { signInSchema, type Person, type SignIn } from '#contract/access.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { err, type Result } from '#contract/result.ts';
import type { AskedLines } from '#door/control/asked-lines.ts';
import { secondDelays } from '#terminal/access/second-person.ts';
import type { CommandAct, TwoPeople } from '#terminal/access/two-people.ts';
import { faultText, questions, twoPeopleTexts } from './two-people-texts.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** A question waits as long as two people stand together: meanwhile the terminal cannot be started. */
export const ANSWER_MS = secondDelays.togetherMs;

export interface TwoPeopleAtCommand {
  readonly act: CommandAct;
  readonly people: TwoPeople;
  /** Why one person does it; null: there are two. */
  readonly alone: string | null;
  readonly asked: AskedLines;
  readonly stderr: { write(text: string): unknown };
}

/**
 * Whether the act may be done now, which the audit has then; else the exit code, and on standard error what to do. `asked` is closed behind it:
 * whoever waits for the act can end it by Ctrl+C.
 */
export async function confirmed(given: TwoPeopleAtCommand): Promise<{ readonly exitCode: number } | 'go-on'> {
  try {
    return await asTwoOrAlone(given);
  } finally {
    given.asked.close();
  }
}

async function asTwoOrAlone(given: TwoPeopleAtCommand): ReturnType<typeof confirmed> {
  const { act, people, alone } = given;
  const tell = (text: readonly [string, string], code: FaultCode | null = null): void => {
    given.stderr.write(`${code === null ? '' : `${code}: `}${text.join('\n')}\n`);
  };
  if (alone !== null) {
    tellAlone(people.beginAlone(alone), tell);
    return 'go-on';
  }
  if (!people.areThere()) {
    tell(twoPeopleTexts.noAccounts);
    return { exitCode: EXIT_FAILED };
  }
  if (given.asked.isTerminal) tell(twoPeopleTexts.takesTwo(act));
  const first = await person(given, 'first', people.first, tell);
  if ('exitCode' in first) return first;
  const second = await person(given, 'second', (typed) => people.second(typed, first), tell);
  if ('exitCode' in second) return second;
  const begun = people.begin(first, second);
  if (!begun.ok) return refused(begun.fault, tell);
  tell(twoPeopleTexts.agreed(first.staffId, second.staffId));
  return 'go-on';
}

type Tell = (text: readonly [string, string], code?: FaultCode) => void;

function tellAlone(written: ReturnType<TwoPeople['beginAlone']>, tell: Tell): void {
  switch (written.in) {
    case 'audit':
      tell(twoPeopleTexts.alone);
      return;
    case 'note':
      tell(twoPeopleTexts.aloneNoted(written.why.code));
      return;
    case 'nothing':
      tell(twoPeopleTexts.aloneNowhere(written.why.code));
      return;
    default: {
      const never: never = written;
      return never;
    }
  }
}

/** What another try mends; a lock and a disk are not. */
const slips: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'access.wrong-pin',
  'access.first-role',
  'access.second-same',
  'access.second-role',
]);

async function person(
  { asked }: Pick<TwoPeopleAtCommand, 'asked'>,
  which: 'first' | 'second',
  judge: (typed: SignIn) => Promise<Result<Person, Fault>>,
  tell: Tell,
): Promise<Person | { readonly exitCode: number }> {
  for (;;) {
    const number = await asked.ask(questions.number(which), 'shown');
    if (typeof number === 'string') return notTyped(number, tell);
    const pin = await asked.ask(questions.pin, 'hidden');
    if (typeof pin === 'string') return notTyped(pin, tell);
    const typed = signInSchema.safeParse({ staffId: number.line, pin: pin.line });
    // What cannot be a number and a PIN is nobody's, and counts for nobody.
    const judged = typed.success ? await judge(typed.data) : err(fault('access.wrong-pin'));
    if (judged.ok) return judged.value;
    if (!asked.isTerminal || !slips.has(judged.fault.code)) return refused(judged.fault, tell);
    tell(faultText(judged.fault.code));
  }
}

function notTyped(why: 'no-line' | 'given-up' | 'too-late', tell: Tell): { readonly exitCode: number } {
  switch (why) {
    case 'no-line':
      tell(twoPeopleTexts.noLines);
      return { exitCode: EXIT_USAGE };
    case 'given-up':
      tell(twoPeopleTexts.givenUp);
      return { exitCode: EXIT_FAILED };
    case 'too-late':
      tell(twoPeopleTexts.tooLate);
      return { exitCode: EXIT_FAILED };
    default: {
      const never: never = why;
      return never;
    }
  }
}

function refused({ code }: Fault, tell: Tell): { readonly exitCode: number } {
  tell(faultText(code), code);
  return { exitCode: EXIT_FAILED };
}

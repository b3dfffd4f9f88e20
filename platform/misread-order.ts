import { ZodError } from 'zod';

/** What an operator reads whose command was not understood: which option is wrong, where that is known, and the lines of the usage that are about it. */
export function misreadOrder(usage: string, argv: readonly string[], why: unknown): string {
  const sentence = sentenceOf(why);
  const lines = usageOf(usage, argv);
  return sentence === null ? lines : `${sentence}\n${lines}`;
}

/** All of the usage where its first word is no verb. A line that does not begin with a command goes with the one before. */
function usageOf(usage: string, argv: readonly string[]): string {
  const commands = usage.split(/\n(?= *npm run )/).map((command) => command.replace(/^(usage:)? */, ''));
  const verbOf = (command: string): readonly string[] =>
    command.replace(/^npm run platform -- /, '').split(' ');
  const [verb = '', what = ''] = argv;
  const ofVerb = commands.filter((command) => verbOf(command)[0] === verb);
  const exactly = ofVerb.filter((command) => verbOf(command)[1]?.split('|').includes(what) === true);
  const shown = [exactly, ofVerb, commands].find((some) => some.length > 0) ?? [];
  return `usage: ${shown.join('\n       ')}`;
}

/** Names of options, never their values: one of them may be a code. */
function sentenceOf(why: unknown): string | null {
  if (!(why instanceof ZodError)) return why instanceof TypeError ? why.message : null;
  const [issue] = why.issues;
  const option = issue?.path.find((part) => part !== 'order');
  if (issue === undefined || typeof option !== 'string' || words.has(option)) return null;
  return /received undefined$/.test(issue.message)
    ? `--${option} is missing`
    : `--${option}: ${issue.message}`;
}

/** What is no option: the usage says how they follow each other. */
const words: ReadonlySet<string> = new Set(['verb', 'what', 'operands']);

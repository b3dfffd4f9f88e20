import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Clock } from '#contract/ports.ts';

/** Of a command. */
export interface CommandStreams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** `no-line`: the input has ended, or brought more than a person types. `too-late`: nobody answered in time. */
export type Answer = { readonly line: string } | 'no-line' | 'given-up' | 'too-late';

/** Line by line from whoever types a command: a person, who is asked, or a script, whose lines come in the order of the questions. */
export interface AskedLines {
  /** False: what stands on the standard input was written beforehand, and nobody can be asked again. */
  readonly isTerminal: boolean;
  /** `hidden`: whoever looks over a shoulder reads nothing of it. The line comes without the blanks around it. */
  ask(question: string, echo: 'shown' | 'hidden'): Promise<Answer>;
  /** Nothing is read any more, and the keyboard is as it was; whatever is asked behind it is answered `no-line`. */
  close(): void;
}

const MAX_INPUT_BYTES = 65_536;

/**
 * Nothing is read before the first question: until then, and behind `close`, Ctrl+C ends the process, and what stands on the standard input is
 * somebody else's. `limit`: how long one question waits, where somebody else waits for this process; null: as long as whoever sits there.
 */
export function createAskedLines(
  { stdin, stderr }: Pick<CommandStreams, 'stdin' | 'stderr'>,
  limit: { readonly clock: Clock; readonly answerMs: number } | null,
): AskedLines {
  const isTerminal = stdin.isTTY === true;
  const come: string[] = [];
  let isShown = false;
  let over: Exclude<Answer, { line: string }> | null = null;
  let wake: () => void = () => undefined;
  const echo = new Writable({
    write: (chunk, _encoding, done) => {
      if (isShown) stderr.write(chunk);
      done();
    },
  });
  let lines: Interface | null = null;
  function end(why: Exclude<Answer, { line: string }>): void {
    over ??= why;
    lines?.close();
    wake();
  }

  function read(): Interface {
    // No history: the arrow keys would bring a PIN back at the next question.
    const made = createInterface({ input: stdin, output: echo, terminal: isTerminal, historySize: 0 });
    made.on('line', (line) => {
      // What is pasted behind it may be a PIN.
      isShown = false;
      come.push(line.trim());
      wake();
    });
    made.on('close', () => {
      end('no-line');
    });
    // Ctrl+C is a character to a terminal whose lines are read here, and no signal.
    made.on('SIGINT', () => {
      end('given-up');
    });
    let bytes = 0;
    stdin.on('data', (chunk: string | Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_INPUT_BYTES) end('no-line');
    });
    return made;
  }

  function answered(): Promise<Answer> {
    return new Promise((resolve) => {
      const cancel = limit?.clock.after(limit.answerMs, () => {
        end('too-late');
      });
      wake = () => {
        const line = come.shift();
        const answer = line === undefined ? over : { line };
        if (answer === null) return;
        cancel?.();
        wake = () => undefined;
        resolve(answer);
      };
      wake();
    });
  }

  return {
    isTerminal,
    ask: async (question, how) => {
      if (over === null) lines ??= read();
      if (!isTerminal) return answered();
      const isHidden = how === 'hidden';
      isShown = !isHidden;
      // A line that is shown is drawn anew while it is edited, with its question.
      lines?.setPrompt(isHidden ? '' : question);
      if (isHidden) stderr.write(question);
      else if (over === null) lines?.prompt();
      const answer = await answered();
      isShown = false;
      if (isHidden) stderr.write('\n');
      return answer;
    },
    close: () => {
      end('no-line');
    },
  };
}

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createAskedLines, type AskedLines } from './asked-lines.ts';

const MINUTE_MS = 60_000;

function begin(isTTY: boolean) {
  const raw: boolean[] = [];
  const setRawMode = (isRaw: boolean): void => {
    raw.push(isRaw);
  };
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode });
  const stderr = new PassThrough();
  const clock = new SimulatedClock();
  const asked = createAskedLines({ stdin, stderr }, { clock, answerMs: 5 * MINUTE_MS });
  return {
    stdin,
    clock,
    asked,
    raw,
    said: async (): Promise<string> => {
      asked.close();
      stderr.end();
      return text(stderr);
    },
  };
}
const number = (asked: AskedLines) => asked.ask('number: ', 'shown');
const pin = (asked: AskedLines) => asked.ask('PIN: ', 'hidden');

describe('lines of a script', () => {
  it('answer the questions in their order, however they came in, and are not asked for', async () => {
    const { stdin, asked, said } = begin(false);
    stdin.write('t01\r\n2718');
    stdin.write('28\n s01 \n');
    stdin.end('314159');
    expect(await number(asked)).toEqual({ line: 't01' });
    expect(await pin(asked)).toEqual({ line: '271828' });
    expect(await number(asked)).toEqual({ line: 's01' });
    expect(await pin(asked)).toEqual({ line: '314159' });
    expect(await number(asked)).toBe('no-line');
    expect(await said()).toBe('');
  });

  it('that end too early are said, at this question and at the next', async () => {
    const { stdin, asked } = begin(false);
    stdin.end();
    expect([await number(asked), await pin(asked)]).toEqual(['no-line', 'no-line']);
  });

  it('that never end are not all taken in', async () => {
    const { stdin, asked } = begin(false);
    stdin.write('x'.repeat(70_000));
    expect(await number(asked)).toBe('no-line');
  });
});

describe('somebody at a keyboard', () => {
  it('sees the number, and nothing of the PIN, also when the arrow keys look for it', async () => {
    const { stdin, asked, said } = begin(true);
    const typed = number(asked);
    stdin.write('t01\r');
    expect(await typed).toEqual({ line: 't01' });
    const hidden = pin(asked);
    stdin.write('271828\r');
    expect(await hidden).toEqual({ line: '271828' });
    const again = number(asked);
    // Up, up, Enter.
    stdin.write('\x1b[A\x1b[A\r');
    expect(await again).toEqual({ line: '' });
    const shown = await said();
    expect(shown).toContain('number: ');
    expect(shown).toContain('t01');
    expect(shown).toContain('PIN: \n');
    expect(shown).not.toContain('271828');
  });

  it('who pastes number and PIN together sees the number alone', async () => {
    const { stdin, asked, said } = begin(true);
    const typed = number(asked);
    stdin.write('t01\r271828\r');
    expect([await typed, await pin(asked)]).toEqual([{ line: 't01' }, { line: '271828' }]);
    const shown = await said();
    expect(shown).toContain('t01');
    expect(shown).not.toContain('271828');
  });

  it('has it as it was before the first question and behind the last, so that Ctrl+C ends what works', async () => {
    const { stdin, asked, raw } = begin(true);
    expect([raw, stdin.readableFlowing]).toEqual([[], null]);
    const typed = number(asked);
    stdin.write('t01\r');
    expect(await typed).toEqual({ line: 't01' });
    expect(raw).toEqual([true]);
    asked.close();
    expect([raw, stdin.isPaused()]).toEqual([[true, false], true]);
    expect(await pin(asked)).toBe('no-line');
  });

  it('may give up by Ctrl+C, in the middle of a PIN', async () => {
    const { stdin, asked, said } = begin(true);
    const hidden = pin(asked);
    stdin.write('2718\x03');
    expect(await hidden).toBe('given-up');
    expect(await said()).toBe('PIN: \n');
  });

  it('who has gone away is waited for five minutes and no longer, a question each', async () => {
    const { stdin, clock, asked } = begin(true);
    const typed = number(asked);
    await clock.advance(4 * MINUTE_MS);
    stdin.write('t01\r');
    expect(await typed).toEqual({ line: 't01' });
    const hidden = pin(asked);
    await clock.advance(5 * MINUTE_MS - 1);
    const isOver = Promise.race([hidden, Promise.resolve('waits')]);
    expect(await isOver).toBe('waits');
    await clock.advance(1);
    expect(await hidden).toBe('too-late');
    expect(await number(asked)).toBe('too-late');
  });
});

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { staffCommand } from './staff-command.ts';

/** Of a folder on which no terminal runs: a PIN that was read ends with 3. `typed`: null: the input has ended already. */
async function add(typed: string | null, isTTY: boolean): Promise<{ exitCode: number; said: string }> {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = new PassThrough();
  const said = text(stderr);
  const ending = staffCommand(['add', 's01', '--role', 'staff', '--data', '/nowhere'], {
    program: 'staff',
    dataDir: null,
    streams: { stdin, stdout: new PassThrough(), stderr },
  });
  if (isTTY) stdin.write(typed ?? '');
  else stdin.end(typed ?? undefined);
  const exitCode = await ending;
  stderr.end();
  return { exitCode, said: await said };
}

describe('the PIN', () => {
  it.each([['271828\n'], ['271828\r\n'], ['271828']])('is read from a pipe that brings %j', async (typed) => {
    expect((await add(typed, false)).exitCode).toBe(3);
  });

  it('is read from a terminal, which shows nothing of it', async () => {
    const { exitCode, said } = await add('271828\r', true);
    expect(exitCode).toBe(3);
    expect(said).toMatch(/^PIN, six to twelve digits: \n/);
    expect(said).not.toContain('271828');
  });

  it('that never comes is a usage that was not meant: the input has ended', async () => {
    expect(await add(null, false)).toEqual({
      exitCode: 2,
      said: 'no PIN stands on the standard input; nothing was changed\n',
    });
    // Ctrl+D on an empty line.
    expect((await add('\x04', true)).exitCode).toBe(2);
  });

  it('may be given up by Ctrl+C, also in the middle', async () => {
    const { exitCode, said } = await add('2718\x03', true);
    expect([exitCode, said]).toEqual([1, 'PIN, six to twelve digits: \ngiven up; nothing was changed\n']);
  });
});

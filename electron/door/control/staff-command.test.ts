import { once } from 'node:events';
import { createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { controlSocketIn } from './control-protocol.ts';
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

/** What `list` ends with and says where a terminal answers that. */
async function listed(answer: unknown): Promise<readonly [number, string]> {
  const dataDir = newDataDir();
  const server = createServer((socket) => {
    socket.end(`${JSON.stringify(answer)}\n`);
  });
  await once(server.listen(controlSocketIn(dataDir)), 'listening');
  const out = new PassThrough();
  const said = text(out);
  try {
    const exitCode = await staffCommand(['list', '--data', dataDir], {
      program: 'staff',
      dataDir: null,
      streams: { stdin: new PassThrough(), stdout: out, stderr: out },
    });
    out.end();
    return [exitCode, await said];
  } finally {
    server.close();
    removeDataDir(dataDir);
  }
}

describe('the answer', () => {
  const door = { url: 'https://hub:8443', fingerprint: 'AB', authorityFile: null };
  const state = { accounts: [], browsers: [], knocking: [], door, admitted: null };

  it('of a terminal of an earlier or a later release is read: what was asked is done', async () => {
    const later = { ...state, more: 1, door: { ...door, more: 1 } };
    for (const value of [state, later])
      expect(await listed({ ok: true, value })).toEqual([
        0,
        'Door: https://hub:8443\n  certificate SHA-256 AB\nAccounts:\nBrowsers:\n',
      ]);
  });

  it('about the audit is a verdict and an exit code', async () => {
    const head = { sequence: 9, hash: 'ab' };
    const whole = { kind: 'whole', rows: 7, head, recoveries: [5] };
    expect(await listed({ ok: true, value: { ...state, audit: whole } })).toEqual([
      0,
      expect.stringMatching(/whole: 7 rows; head 9:ab\. Before 5 rows are missing/),
    ]);
    const broken = { kind: 'broken', sequence: 4, why: 'changed' };
    expect(await listed({ ok: true, value: { ...state, audit: broken } })).toEqual([
      1,
      'The audit is broken at row 4: changed.\n',
    ]);
  });

  it('that nobody understands does not say that nothing was done', async () => {
    expect(await listed({ ok: true, value: {} })).toEqual([
      1,
      expect.stringMatching(/another version.*may have been done; `list`/),
    ]);
  });

  it('names an open door and what is wrong with it', async () => {
    const doorFault = { code: 'lan.certificate-unusable', detail: 'it was in force until 2025' };
    expect((await listed({ ok: true, value: { ...state, doorFault } }))[1]).toMatch(
      /^Door: https:\/\/hub:8443\n {2}its certificate is not renewed: lan\.certificate-unusable: it was in force until 2025\. It is tried/,
    );
  });
});

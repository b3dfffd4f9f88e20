import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { systemRandomBytes } from '#terminal/system-ports.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';
import { openDrafts } from './draft-store.ts';

const WANG = '999901199002140036';
const keeper = new URL('draft-keeper.ts', import.meta.url).pathname;

let dataDir: string;
beforeEach(() => {
  dataDir = newDataDir();
});
afterEach(() => {
  removeDataDir(dataDir);
});

/** Until it has said that the draft is kept; then it is killed, in the middle of whatever it does. */
async function keptAndKilled(landlord: string): Promise<void> {
  const child = spawn(process.execPath, [keeper, dataDir, WANG], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(landlord);
  const exited = once(child, 'exit');
  const [said] = (await Promise.race([once(child.stdout, 'data'), exited])) as [unknown]; // bytes, or a code
  child.kill('SIGKILL');
  await exited;
  expect(String(said)).toBe('kept\n');
}

it('a draft that was said to be kept is there after a SIGKILL, and the newest one after another', async () => {
  for (const landlord of ['赵明', '钱多']) {
    await keptAndKilled(landlord);
    const masterKey = openKeyFile(dataDir, systemRandomBytes);
    if (!masterKey.ok) throw new Error(masterKey.fault.code);
    const { store, drafts } = openDrafts(dataDir, masterKey.value);
    const found = drafts.find(WANG, { slug: 'residence-permit', version: '1' });
    store.close();
    expect(found?.answers).toEqual({ landlord });
  }
}, 60_000);

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const TERMINAL = fileURLToPath(new URL('./dying-terminal.ts', import.meta.url));
const PLANTED = ['张建国', '999901194503120014', '和平路8号'];
/** Of V8, so that it has no memory left soon. */
const HEAP_MB = 48;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-dying-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Looked at: everything in the data folder and in the working folder (where Node writes its reports and heap
 * snapshots, and Linux a core file), and what the process said as it died. Core files are no business of the
 * program: the shell forbids them here as the unit must (`LimitCORE=0`), and so this says nothing of them.
 */
it.each(['exception', 'rejection', 'abort', 'memory'])(
  'a terminal that dies of %s leaves no personal value in any file, nor in what it says',
  async (way) => {
    const { said, code, signal } = await die(way);
    // Otherwise it did not die, or not of this.
    expect(code === 0, said).toBe(false);
    expect(signal === 'SIGABRT' || (code ?? 0) > 0, said).toBe(true);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
    const names = files.map(({ name }) => name);
    expect(names).toContain('terminal.db-wal');
    expect(names.filter((name) => /report|heapsnapshot|^core/.test(name))).toEqual([]);
    expect(names.filter((name) => /^[0-9a-f]{64}$/.test(name))).toHaveLength(1);
    for (const value of PLANTED) {
      expect(said).not.toContain(value);
      for (const { parentPath, name } of files) {
        const bytes = readFileSync(join(parentPath, name));
        const found = [Buffer.from(value, 'utf8'), Buffer.from(value, 'utf16le')].some((it) =>
          bytes.includes(it),
        );
        expect(found, `${value} in ${name}`).toBe(false);
      }
    }
  },
);

function die(way: string): Promise<{ said: string; code: number | null; signal: string | null }> {
  const command = `ulimit -c 0; exec "$0" --max-old-space-size=${HEAP_MB} "$1" "$2" "$3"`;
  const child = spawn('/bin/sh', ['-c', command, process.execPath, TERMINAL, join(folder, 'data'), way], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  child.stdin.end(Buffer.from(PLANTED.join(' ')).toString('hex'));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ said, code, signal });
    });
  });
}

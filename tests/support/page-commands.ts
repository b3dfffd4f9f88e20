import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');

/** The shell commands (fenced blocks of `sh`) of the section of a page that has this heading, as a reader would type them. */
export function commandsOf(page: string, heading: string): string {
  let fence: string | null = null;
  let isThere = false;
  const commands: string[] = [];
  for (const line of readFileSync(join(docs, page), 'utf8').split('\n')) {
    const mark = /^```(\w*)$/.exec(line);
    if (mark !== null) fence = fence === null ? (mark[1] ?? '') : null;
    // What begins like a heading in a block is a comment of the shell.
    else if (fence === null && /^#{1,6} /.test(line)) isThere = line.replace(/^#+ /, '') === heading;
    else if (isThere && fence === 'sh') commands.push(line);
  }
  if (commands.length === 0) throw new Error(`${page}: there are no commands below ${heading}`);
  return commands.join('\n');
}

/** Types them, one after the other, until one fails: then it throws with what was said. Gives what they printed. */
export function typeCommands(commands: string, cwd: string, env: Readonly<Record<string, string>>): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-eu', '-c', commands], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`${commands}\n${stdout}${stderr}`);
  return stdout;
}

import { execFileSync } from 'node:child_process';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly args: string;
}

/** Every process that lives; one that has ended and was not yet collected does not. POSIX only. */
function livingProcesses(): ProcessRow[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, pid, parent, state, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (state === undefined || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), args: args ?? '' }];
  });
}

/** A process's children, their children, and so on, without itself. */
export function descendantsOf(pid: number): ProcessRow[] {
  const all = livingProcesses();
  const found: ProcessRow[] = [];
  const look = (parent: number): void => {
    for (const row of all.filter((candidate) => candidate.parent === parent)) {
      found.push(row);
      look(row.pid);
    }
  };
  look(pid);
  return found;
}

/** Those of the processes that are still there. A pid that another program has got meanwhile does not count. */
export function stillThere(rows: readonly ProcessRow[]): ProcessRow[] {
  const all = livingProcesses();
  return rows.filter((row) => all.some(({ pid, args }) => pid === row.pid && args === row.args));
}

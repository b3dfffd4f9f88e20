import { readFileSync, readdirSync } from 'node:fs';

/** proc(5): user and system time of a process, in ticks of 10 ms (USER_HZ is 100 on every Linux that we know). */
const MS_A_TICK = 10;

interface Stat {
  readonly parent: number;
  readonly cpuMs: number;
}

function statOf(pid: number): Stat | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The second field is the command in brackets and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_A_TICK };
  } catch {
    return null; // it has ended
  }
}

/** What these processes have used of the processor so far, with the children of each, in ms. */
export function processorMs(pids: readonly number[]): number {
  const all = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
  return all.reduce((sum, pid) => {
    const stat = statOf(pid);
    return stat !== null && (pids.includes(pid) || pids.includes(stat.parent)) ? sum + stat.cpuMs : sum;
  }, 0);
}

import type { Fault } from '#contract/fault.ts';
import type { ReadinessLine } from '#contract/readiness.ts';
import type { Log } from '../log.ts';
import { idOf, type BareConfig } from './own-config.ts';
import { progressFile, type Progress } from './progress.ts';
import { isSameLine } from './readiness-lines.ts';

/** How far somebody has come, on the disk as soon as it is said. */
export interface KeptProgress {
  now(): Progress;
  /** Why what was done last is not on the disk. */
  notKept(): Fault | null;
  keep(next: Partial<Progress>): void;
  /** What was found of a device or a test, instead of what was found of it before. */
  put(result: ReadinessLine): void;
  /** Its name at the platform; null: it has no numbers yet. */
  terminalId(): string | null;
}

export interface KeptProgressPorts {
  readonly bare: BareConfig;
  readonly dataDir: string;
  readonly notify: () => void;
  readonly log: Log;
}

export function createKeptProgress({ bare, dataDir, notify, log }: KeptProgressPorts): KeptProgress {
  const file = progressFile(dataDir);
  let progress = withNumbers(file.read(), bare);
  let notKept: Fault | null = null;

  function keep(next: Partial<Progress>): void {
    progress = { ...progress, ...next };
    const kept = file.write(progress);
    notKept = kept.ok ? null : kept.fault;
    if (notKept !== null)
      log({ level: 'error', event: 'provisioning.failed', code: notKept.code, detail: notKept.detail ?? '' });
    notify();
  }

  return {
    now: () => progress,
    notKept: () => notKept,
    keep,
    put: (result) => {
      keep({ results: [...progress.results.filter((other) => !isSameLine(other, result)), result] });
    },
    terminalId: () => (progress.terminal === null ? null : (bare.terminal.id ?? idOf(progress.terminal))),
  };
}

function withNumbers(read: Progress, bare: BareConfig): Progress {
  const { region, station, number } = bare.terminal;
  if (read.terminal !== null || region === undefined || station === undefined || number === undefined)
    return read;
  return { ...read, terminal: { region, station, number } };
}

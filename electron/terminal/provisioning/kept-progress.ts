import type { ReadinessLine } from '#contract/readiness.ts';
import { idOf, type BareConfig } from './own-config.ts';
import { progressFile, type Progress } from './progress.ts';
import { isSameLine } from './readiness-lines.ts';

/** How far somebody has come, on the disk as soon as it is said. */
export interface KeptProgress {
  now(): Progress;
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
}

export function createKeptProgress({ bare, dataDir, notify }: KeptProgressPorts): KeptProgress {
  const file = progressFile(dataDir);
  let progress = withNumbers(file.read(), bare);

  function keep(next: Partial<Progress>): void {
    progress = { ...progress, ...next };
    file.write(progress);
    notify();
  }

  return {
    now: () => progress,
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

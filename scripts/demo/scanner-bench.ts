import type { BenchState } from '#contract/bench-api.ts';
import type { Clock } from '#contract/ports.ts';
import type { ServedSimulator } from '#drivers/channel/tcp-server.ts';
import { syntheticPeople, type SyntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import type { ScannerFaultKind, ScannerSimulator } from '#drivers/scanner/simulator.ts';
import type { CodeBook, CodeKind } from './code-book.ts';

type ScannerState = BenchState['scanner'];

/** Garbage spoils the code and not the handshake, so that what is shown is the scan that fails. */
const faults: Readonly<Record<ScannerState['fault'], ScannerFaultKind | null>> = {
  none: null,
  silent: 'silent',
  garbage: 'foreign-bytes',
  'half-frame': 'half-code',
  'slow-bytes': 'slow-bytes',
  'too-long': 'endless-code',
};

/** A telephone shows a new code before the old one ends, and after it was used. */
const REFRESH_MS = 20_000;

export interface ScannerBenchParts {
  readonly clock: Clock;
  readonly simulator: ScannerSimulator;
  readonly plug: ServedSimulator;
  readonly codes: CodeBook;
}

/** A hand that holds a telephone to the scanner, and pulls its cable. */
export class ScannerBench {
  readonly #parts: ScannerBenchParts;
  #state: ScannerState = { plugged: true, code: null, fault: 'none' };
  #onChange: (state: ScannerState) => void = () => undefined;
  #cancelRefresh: () => void = () => undefined;

  constructor(parts: ScannerBenchParts) {
    this.#parts = parts;
  }

  get state(): ScannerState {
    return this.#state;
  }

  onChange(listener: (state: ScannerState) => void): void {
    this.#onChange = listener;
  }

  /** A person's fresh code, or one that is used, expired or unknown; false for anything else. */
  showCode(code: string): boolean {
    const shown = whose(code);
    if (shown === null) return false;
    this.#show(shown);
    this.#change({ code });
    return true;
  }

  #show(shown: Shown): void {
    const { clock, simulator, codes } = this.#parts;
    this.#cancelRefresh();
    simulator.showCode(codes.issue(shown.person.document, shown.kind));
    if (shown.kind === 'valid') this.#cancelRefresh = clock.after(REFRESH_MS, () => this.#show(shown));
  }

  takeCode(): void {
    this.#cancelRefresh();
    this.#parts.simulator.takeCode();
    this.#change({ code: null });
  }

  setFault(fault: ScannerState['fault']): void {
    this.#parts.simulator.setFault(faults[fault]);
    this.#change({ fault });
  }

  async setPlugged(plugged: boolean): Promise<void> {
    if (plugged) await this.#parts.plug.plug();
    else await this.#parts.plug.unplug();
    this.#change({ plugged });
  }

  async close(): Promise<void> {
    this.#cancelRefresh();
    await this.#parts.plug.close();
  }

  #change(part: Partial<ScannerState>): void {
    this.#state = { ...this.#state, ...part };
    this.#onChange(this.#state);
  }
}

interface Shown {
  readonly person: SyntheticPerson;
  readonly kind: CodeKind;
}

function whose(code: string): Shown | null {
  const kind = code === 'used' || code === 'expired' || code === 'unknown' ? code : 'valid';
  const person =
    kind === 'valid' ? syntheticPeople.find((candidate) => candidate.id === code) : syntheticPeople[0];
  return person ? { person, kind } : null;
}

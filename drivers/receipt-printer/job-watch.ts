import { stopsWork, type Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { faultOfNeed, type PrinterCondition } from './status.ts';

export interface JobLimits {
  /** How long a job waits for paper, or for whatever else stops the printer, all stops together. */
  readonly refillMs: number;
  /** The whole job: below the terminal's own limit. */
  readonly jobMs: number;
}

/** Why a job that was under way is given up. */
export interface GivenUp {
  readonly fault: Fault;
  /** What is left of it must not come out in front of the next person. */
  readonly mustClear: boolean;
}

/**
 * Whether a job that a printer has begun may still come to its end (docs/decisions/0008). Paper that runs out
 * is refilled, with the cover open, and the printer goes on where it stopped. A cover that is opened while it
 * prints may cost lines.
 */
export class JobWatch {
  readonly #startMs: number;
  readonly #limits: JobLimits;
  #stop: { readonly sinceMs: number; readonly isRefill: boolean; readonly fault: Fault } | null = null;
  #stoppedBeforeMs = 0;
  #givenUp: GivenUp | null = null;

  constructor(startMs: number, limits: JobLimits) {
    this.#startMs = startMs;
    this.#limits = limits;
  }

  /** What the printer said of itself just now. */
  see(condition: PrinterCondition, needs: readonly Attention[], nowMs: number): void {
    const need = needs.find(stopsWork);
    if (need === undefined) {
      this.#stoppedBeforeMs = this.stoppedMs(nowMs);
      this.#stop = null;
      return;
    }
    const isRefill = condition.paperOut || this.#stop?.isRefill === true;
    this.#stop = { sinceMs: this.#stop?.sinceMs ?? nowMs, isRefill, fault: fault(faultOfNeed[need]) };
    if (needs.includes('cutter') || needs.includes('hardware')) {
      this.#giveUp({ fault: this.#stop.fault, mustClear: false });
    } else if (condition.coverOpen && (!isRefill || condition.passingError)) {
      this.#giveUp({ fault: this.#stop.fault, mustClear: true });
    }
  }

  /** By what it said last. */
  get isStopped(): boolean {
    return this.#stop !== null;
  }

  /** The time that the printer stood, which is not counted as printing. */
  stoppedMs(nowMs: number): number {
    return this.#stoppedBeforeMs + (this.#stop === null ? 0 : nowMs - this.#stop.sinceMs);
  }

  /** The time that it could have printed in. */
  activeMs(nowMs: number): number {
    return nowMs - this.#startMs - this.stoppedMs(nowMs);
  }

  /** Until the whole job is given up. */
  leftMs(nowMs: number): number {
    return this.#limits.jobMs - (nowMs - this.#startMs);
  }

  /** null as long as it is worth waiting. */
  givenUp(nowMs: number): GivenUp | null {
    if (this.#stop !== null && this.stoppedMs(nowMs) >= this.#limits.refillMs) {
      this.#giveUp({ fault: this.#stop.fault, mustClear: true });
    }
    if (this.leftMs(nowMs) <= 0) {
      this.#giveUp({ fault: fault('printer.unconfirmed', 'the job took too long'), mustClear: false });
    }
    return this.#givenUp;
  }

  /** The first reason stays. */
  #giveUp(reason: GivenUp): void {
    this.#givenUp ??= reason;
  }
}

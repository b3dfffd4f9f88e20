import type { BurnInFigures } from '#contract/burn-in.ts';
import type { FaultCode } from '#contract/fault.ts';

/** A round trip this long and more is counted as one: the median is exact below it. */
const LONGEST_COUNTED_MS = 10_000;

/** Counts for days in the same memory. */
export class FigureBook {
  #attempts = 0;
  #answers = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;
  #longestGapMs = 0;
  #lastGoodMs: number;
  readonly #faults = new Map<FaultCode, number>();
  readonly #roundTrips = new Uint32Array(LONGEST_COUNTED_MS + 1);

  constructor(startMs: number) {
    this.#lastGoodMs = startMs;
  }

  answered(startMs: number, endMs: number): void {
    const tookMs = Math.round(endMs - startMs);
    const bucket = Math.min(tookMs, LONGEST_COUNTED_MS);
    this.#attempts += 1;
    this.#answers += 1;
    this.#minMs = Math.min(this.#minMs, tookMs);
    this.#maxMs = Math.max(this.#maxMs, tookMs);
    this.#roundTrips[bucket] = (this.#roundTrips[bucket] ?? 0) + 1;
    this.#longestGapMs = Math.max(this.#longestGapMs, endMs - this.#lastGoodMs);
    this.#lastGoodMs = endMs;
  }

  failed(code: FaultCode): void {
    this.#attempts += 1;
    this.noticed(code);
  }

  /** A fault that nobody had asked for, such as a line that went away by itself. */
  noticed(code: FaultCode): void {
    this.#faults.set(code, (this.#faults.get(code) ?? 0) + 1);
  }

  figures(nowMs: number): BurnInFigures {
    const isBad = [...this.#faults.keys()].some(isOfTheDevice);
    return {
      attempts: this.#attempts,
      answers: this.#answers,
      faults: Object.fromEntries([...this.#faults].sort(([one], [other]) => one.localeCompare(other))),
      roundTripMs:
        this.#answers === 0 ? null : { min: this.#minMs, median: this.#median(), max: this.#maxMs },
      longestGapMs: Math.round(Math.max(this.#longestGapMs, nowMs - this.#lastGoodMs)),
      verdict: this.#answers > 0 && !isBad ? 'passed' : 'failed',
    };
  }

  #median(): number {
    let left = Math.ceil(this.#answers / 2);
    for (const [ms, count] of this.#roundTrips.entries()) {
      left -= count;
      if (left <= 0) return ms;
    }
    return LONGEST_COUNTED_MS;
  }
}

/** A card that is moved while it is read is nobody's defect. */
function isOfTheDevice(code: FaultCode): boolean {
  return !code.startsWith('card.');
}

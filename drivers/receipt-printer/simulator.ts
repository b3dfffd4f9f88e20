import type { Clock } from '#contract/ports.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '../channel/simulator.ts';
import { byteAt, concat } from '../codec/bytes.ts';
import { readCommand, type PrinterCommand } from './command-stream.ts';
import type { PrinterProfile } from './profiles.ts';
import { renderReceipt, type RenderedReceipt } from './render.ts';

export type SimulatedPaper = 'ok' | 'near-end' | 'out';

export type PrinterFaultKind =
  | 'silent' // no answer to anything, and no print
  | 'garbage' // answers that are no status
  | 'no-proof'; // prints, and never answers in buffer order

export interface ReceiptPrinterSimulatorOptions {
  readonly clock: Clock;
  readonly profile: PrinterProfile;
  /** Answered to GS I 67 where the profile has it. */
  readonly name: string;
  /** How long the mechanism takes for a line of text. */
  readonly lineMs: number;
  /** What becomes of the rest of a receipt when paper or cover are put right again. */
  readonly afterStop: 'continue' | 'drop';
}

export interface PrintedReceipt {
  readonly bytes: Uint8Array;
  readonly rendered: RenderedReceipt;
}

/** A printer as its line sees it: it obeys in order, stops where it must, and answers in real time. */
export class ReceiptPrinterSimulator implements DeviceSimulator {
  readonly #options: ReceiptPrinterSimulatorOptions;
  readonly #receipts: PrintedReceipt[] = [];
  readonly #listeners = new Set<(receipt: PrintedReceipt) => void>();
  #line: SimulatedLine | null = null;
  #paper: SimulatedPaper = 'ok';
  #isCoverOpen = false;
  #isCutterFaulty = false;
  #isCutterStuck = false;
  #fault: PrinterFaultKind | null = null;
  /** Received and not yet obeyed. */
  #buffer: Uint8Array = new Uint8Array(0);
  /** Obeyed since the last cut. */
  #onPaper: Uint8Array[] = [];
  #isMoving = false;
  #linesPrinted = 0;

  constructor(options: ReceiptPrinterSimulatorOptions) {
    this.#options = options;
  }

  setPaper(paper: SimulatedPaper): void {
    this.#paper = paper;
    this.#afterChange();
  }

  setCover(open: boolean): void {
    this.#isCoverOpen = open;
    this.#afterChange();
  }

  /** A faulty cutter jams at the next cut. */
  setCutterFault(faulty: boolean): void {
    this.#isCutterFaulty = faulty;
    if (!faulty) this.#isCutterStuck = false;
    this.#afterChange();
  }

  setFault(fault: PrinterFaultKind | null): void {
    this.#fault = fault;
    this.#run();
  }

  /** What was printed and cut (or, without a cutter, fed out), oldest first. */
  receipts(): readonly PrintedReceipt[] {
    return this.#receipts;
  }

  /** What stands on the paper that was not cut yet. */
  unfinished(): RenderedReceipt {
    return renderReceipt(concat(this.#onPaper));
  }

  get linesPrinted(): number {
    return this.#linesPrinted;
  }

  /** The returned function ends it. */
  onReceipt(listener: (receipt: PrintedReceipt) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get state(): {
    readonly paper: SimulatedPaper;
    readonly coverOpen: boolean;
    readonly cutterFault: boolean;
  } {
    return { paper: this.#paper, coverOpen: this.#isCoverOpen, cutterFault: this.#isCutterFaulty };
  }

  attach(line: SimulatedLine): SimulatedPlug {
    this.#line = line;
    const scanner = new RealTimeScanner((command, n) => this.#realTime(command, n));
    return {
      receive: (bytes) => {
        if (this.#fault === 'silent') return;
        this.#buffer = concat([this.#buffer, scanner.pass(bytes)]);
        this.#run();
      },
      unplugged: () => {
        if (this.#line === line) this.#line = null;
      },
    };
  }

  get #isStopped(): boolean {
    return this.#paper === 'out' || this.#isCoverOpen || this.#isCutterStuck;
  }

  #afterChange(): void {
    // The buffer is lost only by a printer that was in the middle of something.
    if (this.#isStopped && this.#options.afterStop === 'drop') {
      this.#buffer = new Uint8Array(0);
      this.#onPaper = [];
    }
    this.#run();
  }

  #realTime(command: 'EOT' | 'ENQ', n: number): void {
    if (command === 'ENQ') {
      if (n === 2) {
        this.#buffer = new Uint8Array(0);
        this.#onPaper = [];
        this.#isCutterStuck = false;
      }
      return;
    }
    if (this.#fault === 'garbage') {
      this.#send([0x80, 0xf3, 0x9c]);
      return;
    }
    const flag = (is: boolean, bits: number) => (is ? bits : 0);
    const isOut = this.#paper === 'out';
    const answers: Readonly<Record<number, number>> = {
      1: flag(this.#isStopped, 0x08),
      2: flag(this.#isCoverOpen, 0x04) | flag(isOut, 0x20) | flag(this.#isCutterStuck, 0x40),
      3: flag(this.#isCutterStuck, 0x08),
      4: this.#nearEndBits(0x0c) | flag(isOut, 0x60),
    };
    this.#send([0x12 | (answers[n] ?? 0)]);
  }

  #nearEndBits(bits: number): number {
    const isNear = this.#paper !== 'ok';
    switch (this.#options.profile.nearEnd) {
      case 'set-means-near':
        return isNear ? bits : 0;
      case 'clear-means-near':
        return isNear ? 0 : bits;
      case 'no-sensor':
        return 0;
      default: {
        const never: never = this.#options.profile.nearEnd;
        return never;
      }
    }
  }

  /** Obeys the buffer until it is empty, the mechanism moves, or the printer must stop. */
  #run(): void {
    while (!this.#isMoving && this.#fault !== 'silent') {
      // An offline printer obeys nothing in order: that is why GS r is not answered at paper end.
      if (this.#isStopped) return;
      const read = readCommand(this.#buffer, 0);
      if (read === 'incomplete') return;
      const lines = paperLines(read.command);
      if (isCut(read.command) && this.#isCutterFaulty) {
        this.#isCutterStuck = true;
        return;
      }
      const bytes = this.#buffer.slice(0, read.end);
      this.#buffer = this.#buffer.slice(read.end);
      this.#obey(read.command, bytes);
      if (lines > 0) this.#move(lines);
    }
  }

  #move(lines: number): void {
    this.#isMoving = true;
    this.#linesPrinted += lines;
    this.#options.clock.after(lines * this.#options.lineMs, () => {
      this.#isMoving = false;
      this.#run();
    });
  }

  #obey(command: PrinterCommand, bytes: Uint8Array): void {
    if (command.kind === 'command' && this.#answer(command.name, command.args)) return;
    this.#onPaper.push(bytes);
    if (isCut(command)) this.#takeReceipt();
  }

  /** Requests that are answered in their place in the buffer; they leave nothing on paper. */
  #answer(name: string, args: Uint8Array): boolean {
    const { profile } = this.#options;
    const mayAnswer = this.#fault !== 'no-proof';
    switch (name) {
      case 'GS r':
        // Nobody cuts: the end of the job is where its proof is asked for.
        if (!profile.hasCutter && this.#onPaper.length > 0) this.#takeReceipt();
        if (mayAnswer && profile.answersInOrderStatus !== 'no') this.#send([this.#nearEndBits(0x03)]);
        return true;
      case 'GS I':
        if (profile.answersName) this.#send([0x5f, ...new TextEncoder().encode(this.#options.name), 0x00]);
        return true;
      case 'GS ( H':
        if (mayAnswer && profile.answersProcessId === 'yes')
          this.#send([0x37, 0x22, ...args.subarray(2, 6), 0x00]);
        return true;
      default:
        return false;
    }
  }

  #takeReceipt(): void {
    const bytes = concat(this.#onPaper);
    this.#onPaper = [];
    const receipt = { bytes, rendered: renderReceipt(bytes) };
    this.#receipts.push(receipt);
    for (const listener of this.#listeners) listener(receipt);
  }

  #send(bytes: readonly number[]): void {
    this.#line?.send(Uint8Array.from(bytes));
  }
}

function isCut(command: PrinterCommand): boolean {
  return command.kind === 'command' && command.name === 'GS V';
}

/** How far a command moves the paper, in lines; QR codes are tall. */
function paperLines(command: PrinterCommand): number {
  if (command.kind === 'line-feed') return 1;
  if (command.kind !== 'command') return 0;
  if (command.name === 'ESC d') return byteAt(command.args, 0);
  if (command.name === 'GS V') return 1;
  return command.name === 'GS ( k' && byteAt(command.args, 1) === 81 ? 8 : 0;
}

/** Real-time commands are obeyed wherever they stand in the stream, and leave it. */
class RealTimeScanner {
  readonly #obey: (command: 'EOT' | 'ENQ', n: number) => void;
  /** The beginning of what may become DLE EOT n or DLE ENQ n. */
  #held: number[] = [];

  constructor(obey: (command: 'EOT' | 'ENQ', n: number) => void) {
    this.#obey = obey;
  }

  /** The bytes that are left for the buffer. */
  pass(bytes: Uint8Array): Uint8Array {
    const rest: number[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      const [dle, command] = this.#held;
      const isPossible = dle === 0x10 && (command === undefined || command === 0x04 || command === 0x05);
      if (isPossible && this.#held.length < 3) continue;
      if (isPossible && command !== undefined && byte >= 1 && byte <= 4) {
        this.#obey(command === 0x04 ? 'EOT' : 'ENQ', byte);
      } else rest.push(...this.#held);
      this.#held = [];
    }
    return Uint8Array.from(rest);
  }
}

import type { Clock } from '#contract/ports.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '../channel/simulator.ts';
import { sendSpoilt, type LineFaultKind } from '../channel/spoilt-answer.ts';
import { byteAt, concat } from '../codec/bytes.ts';
import { readCommand, type PrinterCommand } from './command-stream.ts';
import type { Capability, PrinterProfile } from './profiles.ts';
import { RealTimeScanner, type RealTimeCommand } from './real-time-scanner.ts';
import { renderReceipt, type RenderedReceipt } from './render.ts';
import { realTimeTopics } from './status.ts';

export type SimulatedPaper = 'ok' | 'near-end' | 'out';

/** The line's faults spoil answers; a silent printer does not print either. */
export type PrinterFaultKind =
  | LineFaultKind
  | 'no-proof' // prints, and never answers in buffer order
  | 'says-ready' // its status is good, asked or by itself, whatever paper, cover and cutter are
  | 'says-printed'; // it also answers in buffer order as if it had printed

/** A real-time status with its fixed bits only. */
const ALL_IS_WELL = 0x12;
const LAST_BYTE = -1;

export interface ReceiptPrinterSimulatorOptions {
  readonly clock: Clock;
  readonly profile: PrinterProfile;
  /** Answered to GS I 67 where the profile has it. */
  readonly name: string;
  /** How long the mechanism takes for a line of text. */
  readonly lineMs: number;
  /**
   * What becomes of the rest of a receipt when paper or cover are put right again. `error`: it goes on after
   * paper, but a cover that was open while it printed has cost the line in the works, and it waits for DLE ENQ.
   */
  readonly afterStop: 'continue' | 'drop' | 'error';
  /** Received and not obeyed yet; 4096 where it is not said. Only with flow control it tells when it is full. */
  readonly bufferBytes?: number;
  /** What it can where its profile says `probe`; GS r alone where it is not said. */
  readonly probed?: { readonly processId: boolean; readonly inOrderStatus: boolean };
}

const USUAL_BUFFER_BYTES = 4_096;

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
  #isInError = false;
  #isAutomatic = false;
  #isHolding = false;
  /** What is told by itself, to tell only changes. */
  #told = '';
  #lostBytes = 0;

  constructor(options: ReceiptPrinterSimulatorOptions) {
    this.#options = options;
  }

  setPaper(paper: SimulatedPaper): void {
    this.#paper = paper;
    this.#afterChange();
  }

  setCover(open: boolean): void {
    if (open && this.#isMoving && this.#options.afterStop === 'error' && this.#paper !== 'out') {
      this.#isInError = true;
      this.#onPaper.pop();
    }
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

  /** Bytes that came when the buffer was full. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  get bufferedBytes(): number {
    return this.#buffer.length;
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
    const scanner = new RealTimeScanner((command) => this.#realTime(command));
    return {
      receive: (bytes) => {
        if (this.#fault === 'silent') return;
        this.#hold(scanner.pass(bytes));
        this.#run();
      },
      unplugged: () => {
        if (this.#line === line) this.#line = null;
      },
    };
  }

  get #isStopped(): boolean {
    return this.#paper === 'out' || this.#isCoverOpen || this.#isCutterStuck || this.#isInError;
  }

  get #isLying(): boolean {
    return this.#fault === 'says-ready' || this.#fault === 'says-printed';
  }

  #hold(bytes: Uint8Array): void {
    const room = this.#options.bufferBytes ?? USUAL_BUFFER_BYTES;
    const whole = concat([this.#buffer, bytes]);
    const isLimited = this.#options.profile.flowControl !== 'none';
    this.#lostBytes += isLimited ? Math.max(0, whole.length - room) : 0;
    this.#buffer = isLimited ? whole.slice(0, room) : whole;
    this.#signalFlow();
  }

  /** XOFF while there is room for what is on its way already, XON when there is room for much. */
  #signalFlow(): void {
    if (this.#options.profile.flowControl !== 'xon-xoff') return;
    const room = this.#options.bufferBytes ?? USUAL_BUFFER_BYTES;
    const isNearlyFull = this.#buffer.length > room / 2;
    const isNearlyEmpty = this.#buffer.length < room / 4;
    if (!this.#isHolding && isNearlyFull) this.#send([0x13]);
    if (this.#isHolding && isNearlyEmpty) this.#send([0x11]);
    this.#isHolding = this.#isHolding ? !isNearlyEmpty : isNearlyFull;
  }

  /** GS a: the four bytes at each change of what they say. */
  #tell(): void {
    if (!this.#isAutomatic || this.#fault === 'silent' || this.#fault === 'garbage' || this.#isLying) return;
    const flag = (is: boolean, bits: number) => (is ? bits : 0);
    const isOut = this.#paper === 'out';
    const bytes = [
      0x10 | flag(this.#isStopped, 0x08) | flag(this.#isCoverOpen, 0x20),
      flag(this.#isCutterStuck, 0x08) | flag(this.#isInError, 0x40),
      this.#nearEndBits(0x03) | flag(isOut, 0x0c),
      0x00,
    ];
    if (bytes.join() === this.#told) return;
    this.#told = bytes.join();
    this.#send(bytes);
  }

  #afterChange(): void {
    // The buffer is lost only by a printer that was in the middle of something.
    if (this.#isStopped && this.#options.afterStop === 'drop') {
      this.#buffer = new Uint8Array(0);
      this.#onPaper = [];
    }
    this.#tell();
    this.#run();
  }

  #realTime(command: RealTimeCommand): void {
    switch (command.name) {
      case 'EOT':
        this.#answerRealTime(command.n);
        return;
      case 'ENQ':
        if (this.#options.profile.clearing !== 'none' && this.#isStopped) this.#recover(command.n === 2);
        return;
      case 'DC4':
        if (this.#options.profile.clearing === 'dle-enq-and-dc4') this.#recover(true);
        return;
      default: {
        const never: never = command.name;
        return never;
      }
    }
  }

  /** An open cover keeps it from obeying. */
  #recover(isCleared: boolean): void {
    if (this.#isCoverOpen) return;
    if (isCleared) this.#buffer = new Uint8Array(0);
    this.#isCutterStuck = false;
    this.#isInError = false;
    this.#signalFlow();
    this.#tell();
    this.#run();
  }

  #answerRealTime(n: number): void {
    if (!this.#options.profile.realTimeTopics.some((topic) => realTimeTopics[topic] === n)) return;
    if (this.#isLying) {
      this.#send([ALL_IS_WELL]);
      return;
    }
    const flag = (is: boolean, bits: number) => (is ? bits : 0);
    const isOut = this.#paper === 'out';
    const answers: Readonly<Record<number, number>> = {
      1: flag(this.#isStopped, 0x08),
      2: flag(this.#isCoverOpen, 0x04) | flag(isOut, 0x20) | flag(this.#isCutterStuck, 0x40),
      3: flag(this.#isCutterStuck, 0x08) | flag(this.#isInError, 0x40),
      4: this.#nearEndBits(0x0c) | flag(isOut, 0x60),
    };
    this.#send([ALL_IS_WELL | (answers[n] ?? 0)]);
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
      if (this.#isStopped) {
        if (this.#fault === 'says-printed') this.#swallow();
        return;
      }
      const read = readCommand(this.#buffer, 0);
      if (read === 'incomplete') return;
      const lines = paperLines(read.command);
      if (isCut(read.command) && this.#isCutterFaulty) {
        this.#isCutterStuck = true;
        this.#tell();
        return;
      }
      const bytes = this.#buffer.slice(0, read.end);
      this.#buffer = this.#buffer.slice(read.end);
      this.#signalFlow();
      this.#obey(read.command, bytes);
      if (lines > 0) this.#move(lines);
    }
  }

  /** Takes the buffer as if it were printed: what is asked in it is answered, and nothing is on paper. */
  #swallow(): void {
    let read = readCommand(this.#buffer, 0);
    while (read !== 'incomplete') {
      this.#buffer = this.#buffer.slice(read.end);
      if (read.command.kind === 'command') this.#answer(read.command.name, read.command.args);
      read = readCommand(this.#buffer, 0);
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
    // The worst that manuals allow: a reset ends the automatic status.
    if (command.kind === 'command' && command.name === 'ESC @') this.#isAutomatic = false;
    this.#onPaper.push(bytes);
    if (isCut(command)) this.#takeReceipt();
  }

  /** Requests that are answered in their place in the buffer; they leave nothing on paper. */
  #answer(name: string, args: Uint8Array): boolean {
    const { profile, probed = { processId: false, inOrderStatus: true } } = this.#options;
    const mayAnswer = this.#fault !== 'no-proof';
    switch (name) {
      case 'GS r':
        // Nobody cuts: the end of the job is where its proof is asked for.
        if (!profile.hasCutter && this.#onPaper.length > 0) this.#takeReceipt();
        if (mayAnswer && can(profile.answersInOrderStatus, probed.inOrderStatus)) {
          this.#send([this.#nearEndBits(0x03)]);
        }
        return true;
      case 'GS a':
        if (!profile.automaticStatus) return true;
        this.#isAutomatic = byteAt(args, 0) !== 0;
        this.#told = '';
        this.#tell();
        return true;
      case 'GS I':
        if (profile.answersName) this.#send([0x5f, ...new TextEncoder().encode(this.#options.name), 0x00]);
        return true;
      case 'GS ( H':
        if (mayAnswer && can(profile.answersProcessId, probed.processId))
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
    // Requests and resets leave nothing on paper.
    if (receipt.rendered.items.length === 0) return;
    this.#receipts.push(receipt);
    for (const listener of this.#listeners) listener(receipt);
  }

  #send(bytes: readonly number[]): void {
    const line = this.#line;
    if (line === null) return;
    // After the cable was pulled, bytes that were late have nowhere to go.
    const plugged: SimulatedLine = { send: (late) => (this.#line === line ? line.send(late) : undefined) };
    const { clock } = this.#options;
    switch (this.#fault) {
      case 'garbage':
        // Bytes that no pattern of ESC/POS knows: there is no check, so others would be a status.
        plugged.send(Uint8Array.of(0x80, 0xf3, 0x9c));
        return;
      case 'silent':
      case 'half-frame':
      case 'slow-bytes':
      case 'wrong-checksum':
        sendSpoilt(plugged, clock, Uint8Array.from(bytes), this.#fault, LAST_BYTE);
        return;
      case 'no-proof':
      case 'says-ready':
      case 'says-printed':
      case null:
        plugged.send(Uint8Array.from(bytes));
        return;
      default: {
        const never: never = this.#fault;
        return never;
      }
    }
  }
}

function isCut(command: PrinterCommand): boolean {
  return command.kind === 'command' && command.name === 'GS V';
}

function can(said: Capability, probed: boolean): boolean {
  return said === 'yes' || (said === 'probe' && probed);
}

/** How far a command moves the paper, in lines of 30 dots; codes and images are tall. */
function paperLines(command: PrinterCommand): number {
  if (command.kind === 'line-feed') return 1;
  if (command.kind !== 'command') return 0;
  const { name, args } = command;
  if (name === 'ESC d') return byteAt(args, 0);
  if (name === 'GS V') return 1;
  if (name === 'GS k') return 4;
  if (name === 'GS v') return Math.ceil((byteAt(args, 4) + 256 * byteAt(args, 5)) / 30);
  return name === 'GS ( k' && byteAt(args, 1) === 81 ? 8 : 0;
}

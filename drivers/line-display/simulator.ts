import type { LineDisplayDialect } from '#contract/queue-display.ts';
import { byteAt } from '../codec/bytes.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '../channel/simulator.ts';
import { shapes } from './protocol.ts';

export type LineDisplayFaultKind =
  | 'dark' // no power: bytes go nowhere
  | 'lost-bytes'; // each seventh byte is lost, as on a line with a loose screw

const LOST_BYTE_INTERVAL = 7;
/** ESC Q x holds no more than a line; firmware takes a longer one as ended. */
const MAX_TEXT_BYTES = 40;

/** Bytes of a command from its first on, whose length its second byte gives; `text`: up to a carriage return. */
const commandLengths: Readonly<Record<string, number | 'text'>> = {
  '27,64': 2, // ESC @
  '27,61': 3, // ESC =
  '27,108': 4, // ESC l x y
  '27,42': 3, // ESC *
  '27,95': 3, // ESC _
  '27,81': 'text', // ESC Q
  '31,36': 4, // US $ x y
  '31,88': 3, // US X
  '31,1': 2,
  '31,2': 2,
  '31,3': 2,
};

/** A display's cells, obeying a stream byte by byte as firmware does; shares nothing with the encoder. */
export class LineDisplaySimulator implements DeviceSimulator {
  readonly #columns: number;
  readonly #lineCount: number;
  #cells: string[][] = [];
  #at = 0;
  #pending: number[] = [];
  #fault: LineDisplayFaultKind | null = null;
  #receivedBytes = 0;

  constructor(dialect: LineDisplayDialect) {
    this.#columns = shapes[dialect].columns;
    this.#lineCount = shapes[dialect].lines;
    this.losePower();
  }

  get lines(): readonly string[] {
    return this.#cells.map((line) => line.join(''));
  }

  setFault(fault: LineDisplayFaultKind | null): void {
    this.#fault = fault;
  }

  losePower(): void {
    this.#pending = [];
    this.#clear();
  }

  attach(_line: SimulatedLine): SimulatedPlug {
    return {
      receive: (bytes) => {
        for (const byte of bytes) this.#receive(byte);
      },
      unplugged: () => undefined,
    };
  }

  #receive(byte: number): void {
    this.#receivedBytes += 1;
    if (this.#fault === 'dark') return;
    if (this.#fault === 'lost-bytes' && this.#receivedBytes % LOST_BYTE_INTERVAL === 0) return;
    const isCommandStart = byte === 0x1b || byte === 0x1f;
    if (this.#pending.length === 0 && !isCommandStart) {
      this.#plain(byte);
      return;
    }
    this.#pending.push(byte);
    if (this.#pending.length < 2) return;
    const length = commandLengths[`${this.#pending[0]},${this.#pending[1]}`];
    const isDone =
      length === 'text'
        ? byte === 0x0d || this.#pending.length > MAX_TEXT_BYTES
        : this.#pending.length >= (length ?? 2);
    if (!isDone) return;
    const command = Uint8Array.from(this.#pending);
    this.#pending = [];
    this.#obey(command);
  }

  #plain(byte: number): void {
    if (byte === 0x0c) this.#clear();
    else if (byte === 0x0b) this.#at = 0;
    else if (byte === 0x0d) this.#at -= this.#at % this.#columns;
    else if (byte === 0x18) this.#cells[this.#line()]?.fill(' ');
    else if (byte >= 0x20) this.#put(byte);
  }

  #obey(command: Uint8Array): void {
    const [lead, which] = [byteAt(command, 0), byteAt(command, 1)];
    if (lead === 0x1b && which === 0x40) this.#clear();
    const isPosition = (lead === 0x1b && which === 0x6c) || (lead === 0x1f && which === 0x24);
    if (isPosition) this.#moveTo(byteAt(command, 2), byteAt(command, 3));
    if (lead === 0x1b && which === 0x51) {
      const line = byteAt(command, 2) === 0x42 ? 1 : 0;
      this.#cells[line]?.fill(' ');
      this.#at = line * this.#columns;
      for (const byte of command.subarray(3, -1)) this.#put(byte);
    }
  }

  #moveTo(column: number, line: number): void {
    if (column < 1 || column > this.#columns || line < 1 || line > this.#lineCount) return;
    this.#at = (line - 1) * this.#columns + column - 1;
  }

  #line(): number {
    return Math.floor(this.#at / this.#columns);
  }

  #put(byte: number): void {
    const line = this.#cells[this.#line()];
    if (line !== undefined) line[this.#at % this.#columns] = String.fromCharCode(byte);
    this.#at = (this.#at + 1) % (this.#columns * this.#lineCount);
  }

  #clear(): void {
    this.#cells = Array.from({ length: this.#lineCount }, () =>
      Array.from({ length: this.#columns }, () => ' '),
    );
    this.#at = 0;
  }
}

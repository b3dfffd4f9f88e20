import type { Clock } from '#contract/ports.ts';
import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import { byteAt, u16be } from '../codec/bytes.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '../channel/simulator.ts';
import { sendSpoilt, type LineFaultKind } from '../channel/spoilt-answer.ts';
import { answerTo, encodeAnswer, isGood } from './protocol.ts';

export type ModbusFaultKind =
  | LineFaultKind
  | 'busy' // exception 6 to everything
  | 'busy-once' // the next one only
  | 'illegal-address' // exception 2: a clone with other registers
  | 'shows-nothing' // every request is acknowledged, and the window is dark
  | 'late-stranger'; // another window's answer comes first

export interface ModbusSimulatorOptions {
  readonly clock: Clock;
  readonly unit: number;
}

const MAX_REQUEST_BYTES = 256;
const CRC_FROM_END = -2;
const ERROR_NUMBERS: Readonly<Partial<Record<ModbusFaultKind, number>>> = {
  busy: 6,
  'busy-once': 6,
  'illegal-address': 2,
};

/** A numeric window with its registers. */
export class ModbusDisplaySimulator implements DeviceSimulator {
  readonly #options: ModbusSimulatorOptions;
  readonly #registers = new Map<number, number>();
  #fault: ModbusFaultKind | null = null;

  constructor(options: ModbusSimulatorOptions) {
    this.#options = options;
  }

  setFault(fault: ModbusFaultKind | null): void {
    this.#fault = fault;
  }

  losePower(): void {
    this.#registers.clear();
  }

  /** As the window shows register 0; null before the first write. */
  get number(): number | null {
    const value = this.#registers.get(0x0000);
    if (value === undefined || this.#fault === 'shows-nothing') return null;
    return value > 0x7fff ? value - 0x10000 : value;
  }

  /** The characters from register 70h on. */
  get text(): string {
    if (this.#fault === 'shows-nothing') return '';
    let text = '';
    for (let register = 0x0070; this.#registers.has(register); register += 1) {
      const value = this.#registers.get(register) ?? 0;
      text += String.fromCharCode(value >> 8, value & 0xff);
    }
    return text;
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const buffer = new BoundedBuffer(MAX_REQUEST_BYTES);
    let isPlugged = true;
    const guarded: SimulatedLine = {
      send: (bytes) => {
        if (isPlugged) line.send(bytes);
      },
    };
    return {
      receive: (bytes) => {
        for (const byte of bytes) {
          buffer.append(Uint8Array.of(byte));
          const request = takeRequest(buffer);
          if (request !== null) this.#answer(request, guarded);
        }
      },
      unplugged: () => {
        isPlugged = false;
      },
    };
  }

  #answer(request: Uint8Array, line: SimulatedLine): void {
    const { clock, unit } = this.#options;
    if (byteAt(request, 0) !== unit) return;
    const fault = this.#fault;
    if (fault === 'busy-once') this.#fault = null;
    const exception = fault === null ? undefined : ERROR_NUMBERS[fault];
    if (exception !== undefined) {
      line.send(encodeAnswer({ type: 'exception', unit, code: byteAt(request, 1), exception }));
      return;
    }
    this.#store(request);
    const done = answerTo(request);
    if (fault === 'late-stranger') line.send(encodeAnswer({ ...done, unit: unit + 1 }));
    sendSpoilt(line, clock, encodeAnswer(done), lineFaultOf(fault), CRC_FROM_END);
  }

  #store(request: Uint8Array): void {
    const first = u16be(request, 2);
    if (byteAt(request, 1) === 0x06) {
      this.#registers.set(first, u16be(request, 4));
      return;
    }
    for (let index = 0; index < u16be(request, 4); index += 1) {
      this.#registers.set(first + index, u16be(request, 7 + 2 * index));
    }
  }
}

/** null for what is the window's own trouble and not the line's. */
function lineFaultOf(fault: ModbusFaultKind | null): LineFaultKind | null {
  switch (fault) {
    case 'silent':
    case 'garbage':
    case 'wrong-checksum':
    case 'half-frame':
    case 'slow-bytes':
      return fault;
    case 'busy':
    case 'busy-once':
    case 'illegal-address':
    case 'shows-nothing':
    case 'late-stranger':
    case null:
      return null;
    default: {
      const never: never = fault;
      return never;
    }
  }
}

/** The request that ends with the newest byte, or null. */
function takeRequest(buffer: BoundedBuffer): Uint8Array | null {
  const held = buffer.bytes;
  for (let start = 0; start + 8 <= held.length; start += 1) {
    const request = held.subarray(start);
    const code = byteAt(request, 1);
    const length = code === 0x06 ? 8 : code === 0x10 ? 9 + byteAt(request, 6) : 0;
    if (length !== request.length || !isGood(request)) continue;
    buffer.clear();
    return request;
  }
  return null;
}

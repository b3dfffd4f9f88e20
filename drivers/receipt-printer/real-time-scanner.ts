/** What a printer obeys wherever it stands in the stream, even while it is offline or its buffer is full. */
export interface RealTimeCommand {
  /** DLE EOT n: status. DLE ENQ n: 1 goes on after an error, 2 clears. DLE DC4 8: clears. */
  readonly name: 'EOT' | 'ENQ' | 'DC4';
  readonly n: number;
}

const DLE = 0x10;
const CLEAR = [DLE, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08];

/** Takes real-time commands out of a printer's input. */
export class RealTimeScanner {
  readonly #obey: (command: RealTimeCommand) => void;
  /** The beginning of what may become a command. */
  #held: number[] = [];

  constructor(obey: (command: RealTimeCommand) => void) {
    this.#obey = obey;
  }

  /** The bytes that are left for the buffer. */
  pass(bytes: Uint8Array): Uint8Array {
    const rest: number[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      while (this.#held.length > 0) {
        const read = readRealTime(this.#held);
        if (read === 'incomplete') break;
        if (read === null) {
          rest.push(...this.#held.splice(0, 1));
          continue;
        }
        this.#held = [];
        this.#obey(read);
      }
    }
    return Uint8Array.from(rest);
  }
}

/** null when no command begins here. */
function readRealTime(held: readonly number[]): RealTimeCommand | 'incomplete' | null {
  const [dle, letter, n] = held;
  if (dle !== DLE) return null;
  if (letter === undefined) return 'incomplete';
  if (letter === 0x14) {
    if (!held.every((byte, index) => byte === CLEAR[index])) return null;
    return held.length < CLEAR.length ? 'incomplete' : { name: 'DC4', n: 8 };
  }
  const highest = letter === 0x04 ? 4 : letter === 0x05 ? 2 : 0;
  if (highest === 0) return null;
  if (n === undefined) return 'incomplete';
  return n >= 1 && n <= highest ? { name: letter === 0x04 ? 'EOT' : 'ENQ', n } : null;
}

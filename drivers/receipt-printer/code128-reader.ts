/** What GS k 73 makes of its data, as the firmware reads it (Epson, GS k, function B; ISO/IEC 15417). */
export interface ReadCode128 {
  readonly data: string;
  /** Start, data, check and stop. */
  readonly symbols: readonly number[];
}

const BRACE = 0x7b;
const SETS = { A: 103, B: 104, C: 105 } as const;
/** The symbol that changes to a set is the same in both other sets. */
const CHANGES = { A: 101, B: 100, C: 99 } as const;
const STOP = 106;

/** null for data that the firmware would not print. */
export function readCode128(bytes: Uint8Array): ReadCode128 | null {
  let set: keyof typeof SETS | null = null;
  let data = '';
  const symbols: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === BRACE) {
      at += 1;
      const letter = String.fromCharCode(bytes[at] ?? 0);
      if (letter === 'A' || letter === 'B' || letter === 'C') {
        symbols.push(set === null ? SETS[letter] : CHANGES[letter]);
        set = letter;
        continue;
      }
      if (letter !== '{' || set !== 'B') return null;
    }
    if (set === null) return null;
    if (set === 'C') {
      if (byte > 99) return null;
      symbols.push(byte);
      data += String(byte).padStart(2, '0');
      continue;
    }
    const value = set === 'B' ? byte - 32 : byte < 32 ? byte + 64 : byte - 32;
    if (value < 0 || value > 95) return null;
    symbols.push(value);
    data += String.fromCharCode(byte);
  }
  if (symbols.length < 2) return null;
  const check = symbols.reduce((sum, symbol, index) => sum + symbol * Math.max(1, index), 0) % 103;
  return { data, symbols: [...symbols, check, STOP] };
}

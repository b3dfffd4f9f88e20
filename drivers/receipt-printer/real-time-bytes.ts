const DLE = 0x10;
/** EOT, ENQ and DC4: what follows DLE in a real-time command. */
const REAL_TIME = new Set([0x04, 0x05, 0x14]);
/** Makes 0C, 0D and 1C of them: one dot more beside one that is black already. */
const EXTRA_DOT = 0x08;

/**
 * Dots in which no firmware can see a command. Some obey `10 04 nn` even in the middle of an image
 * (Epson TM-T88III specification, page 84), and then draw the rest of it as text.
 */
export function withoutRealTimeBytes(dots: Uint8Array): Uint8Array {
  return dots.map((byte, index) =>
    dots[index - 1] === DLE && REAL_TIME.has(byte) ? byte | EXTRA_DOT : byte,
  );
}

/** Whether two bytes in a row would be taken for the beginning of a real-time command. */
export function beginsRealTime(first: number, second: number): boolean {
  return first === DLE && REAL_TIME.has(second);
}

import type { Clock } from '#contract/ports.ts';
import { byteAt } from '../codec/bytes.ts';
import type { SimulatedLine } from './simulator.ts';

/** What a line or a sick device does to any answer, for every simulator. */
export type LineFaultKind = 'silent' | 'garbage' | 'wrong-checksum' | 'half-frame' | 'slow-bytes';

const SLOW_BYTE_MS = 2;

/** `checkAt`: the index of a byte of the check, from the end when negative. */
export function sendSpoilt(
  line: SimulatedLine,
  clock: Clock,
  frame: Uint8Array,
  kind: LineFaultKind | null,
  checkAt: number,
): void {
  switch (kind) {
    case null:
      line.send(frame);
      return;
    case 'silent':
      return;
    case 'garbage':
      line.send(Uint8Array.from({ length: 40 }, (_, index) => (index * 37 + 11) & 0xff));
      return;
    case 'wrong-checksum': {
      const damaged = frame.slice();
      const at = checkAt < 0 ? frame.length + checkAt : checkAt;
      damaged[at] = byteAt(damaged, at) ^ 0x11;
      line.send(damaged);
      return;
    }
    case 'half-frame':
      line.send(frame.subarray(0, Math.floor(frame.length / 2)));
      return;
    case 'slow-bytes':
      frame.forEach((byte, index) => {
        clock.after((index + 1) * SLOW_BYTE_MS, () => line.send(Uint8Array.of(byte)));
      });
      return;
    default: {
      const never: never = kind;
      return never;
    }
  }
}

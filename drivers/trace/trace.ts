import { ok } from '#contract/result.ts';
import type { OpenChannel } from '../channel/channel.ts';

export type TraceDirection = 'to-device' | 'from-device';

/**
 * Says of each byte whether it may be shown. One per open line, because a frame comes in any pieces. It
 * fails closed: what it does not know for framing, command or status is hidden.
 */
export interface TraceMask {
  shows(direction: TraceDirection, bytes: Uint8Array): readonly boolean[];
}

export interface Tracer {
  readonly mask: () => TraceMask;
  /** Whether somebody looks now. */
  isOn(): boolean;
  say(direction: TraceDirection, text: string): void;
}

/** Beyond this a piece is only counted: a device that babbles must not fill the log. */
const MAX_SHOWN_BYTES = 600;

/** Everything that goes over the line, told with a person's bytes left out. */
export function tracedChannel(open: OpenChannel, tracer: Tracer): OpenChannel {
  const traced: OpenChannel = async (events) => {
    const mask = tracer.mask();
    // The mask sees every byte, also while nobody looks: in the middle of a card it must know where it is.
    const tell = (direction: TraceDirection, bytes: Uint8Array): void => {
      const shown = mask.shows(direction, bytes);
      if (tracer.isOn()) tracer.say(direction, render(bytes, shown));
    };
    const opened = await open({
      onData: (bytes) => {
        tell('from-device', bytes);
        events.onData(bytes);
      },
      onClose: (reason) => events.onClose(reason),
    });
    if (!opened.ok) return opened;
    const channel = opened.value;
    return ok({
      ...channel,
      write: (bytes) => {
        tell('to-device', bytes);
        return channel.write(bytes);
      },
    });
  };
  return open.whenPlugged === undefined ? traced : Object.assign(traced, { whenPlugged: open.whenPlugged });
}

/** `AA AA AA 96 69 00 08 <4> 90`: hexadecimal, and how many bytes are hidden. */
export function render(bytes: Uint8Array, shown: readonly boolean[]): string {
  const words: string[] = [];
  let hidden = 0;
  const endHidden = (): void => {
    if (hidden > 0) words.push(`<${hidden}>`);
    hidden = 0;
  };
  for (const [at, byte] of bytes.entries()) {
    if (at < MAX_SHOWN_BYTES && shown[at] === true) {
      endHidden();
      words.push(byte.toString(16).padStart(2, '0').toUpperCase());
    } else hidden += 1;
  }
  endHidden();
  return words.join(' ');
}

export const hidesAll: TraceMask = { shows: (_direction, bytes) => all(bytes, false) };

/** For lines that only carry what hangs in public. */
export const showsAll: TraceMask = { shows: (_direction, bytes) => all(bytes, true) };

export function all(bytes: Uint8Array, shown: boolean): boolean[] {
  return new Array<boolean>(bytes.length).fill(shown);
}

import type { Clock } from '#contract/ports.ts';
import { decodeGb2312 } from '../codec/gb2312.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '../channel/simulator.ts';
import { sendSpoilt, type LineFaultKind } from '../channel/spoilt-answer.ts';
import { BROADCAST_SCREEN, encodeFrame, FrameParser, type OnbonFrame } from './protocol.ts';

export type OnbonFaultKind =
  | LineFaultKind
  | 'busy' // every command is refused with error 3
  | 'busy-once' // the next one only
  | 'font-missing' // texts are refused with error 12
  | 'shows-nothing' // every command is acknowledged, and the panel is dark
  | 'echo'; // the two-wire adapter gives the request back before the answer

export interface OnbonSimulatorOptions {
  readonly clock: Clock;
  readonly screen: number;
}

export interface OnbonShown {
  /** With the card's escapes in it. */
  readonly text: string;
  readonly width: number;
  readonly heightPx: number;
  readonly spoken: string | null;
}

const CRC_FROM_END = -2;

/** A font card with one screen, on its side of the line. */
export class OnbonSimulator implements DeviceSimulator {
  readonly #options: OnbonSimulatorOptions;
  #fault: OnbonFaultKind | null = null;
  #shown: OnbonShown | null = null;
  #isOn = false;
  /** Everything that was said, in order. */
  readonly spoken: string[] = [];

  constructor(options: OnbonSimulatorOptions) {
    this.#options = options;
  }

  /** What a person in front of it sees; null when it is dark. */
  get shown(): OnbonShown | null {
    return this.#fault === 'shows-nothing' ? null : this.#shown;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  setFault(fault: OnbonFaultKind | null): void {
    this.#fault = fault;
  }

  /** A power cut: dark, and all of it forgotten. */
  losePower(): void {
    this.#shown = null;
    this.#isOn = false;
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const parser = new FrameParser();
    let isPlugged = true;
    const guarded: SimulatedLine = {
      send: (bytes) => {
        if (isPlugged) line.send(bytes);
      },
    };
    return {
      receive: (bytes) => {
        for (const event of parser.push(bytes)) {
          if (event.type === 'frame') this.#answer(event, guarded);
        }
      },
      unplugged: () => {
        isPlugged = false;
      },
    };
  }

  #answer(frame: OnbonFrame, line: SimulatedLine): void {
    const { screen, clock } = this.#options;
    if (frame.destination !== screen && frame.destination !== BROADCAST_SCREEN) return;
    const fault = this.#fault;
    const error = this.#execute(frame.data, fault);
    if (fault === 'busy-once') this.#fault = null;
    if (frame.data[2] !== 0x01) return;
    if (fault === 'echo') line.send(encodeFrame(frame));
    const data = Uint8Array.of(0xa0, error === 0 ? 0x00 : 0x01, error, 0x00, 0x00);
    const answer = encodeFrame({ destination: frame.source, source: screen, data });
    sendSpoilt(line, clock, answer, lineFaultOf(fault), CRC_FROM_END);
  }

  /** The card's error code. */
  #execute(data: Uint8Array, fault: OnbonFaultKind | null): number {
    if (fault === 'busy' || fault === 'busy-once') return 3;
    if (data[0] !== 0xa3) return 1;
    switch (data[1]) {
      case 0x00:
        this.#isOn = data[5] === 0x01;
        return 0;
      case 0x10:
        this.#shown = null;
        return 0;
      case 0x06: {
        if (fault === 'font-missing') return 12;
        const shown = readArea(data.subarray(7));
        if (shown === null) return 4;
        this.#shown = shown;
        if (shown.spoken !== null) this.spoken.push(shown.spoken);
        return 0;
      }
      default:
        return 2;
    }
  }
}

/** null for what is the card's own trouble and not the line's. */
function lineFaultOf(fault: OnbonFaultKind | null): LineFaultKind | null {
  switch (fault) {
    case 'silent':
    case 'garbage':
    case 'wrong-checksum':
    case 'half-frame':
    case 'slow-bytes':
      return fault;
    case 'busy':
    case 'busy-once':
    case 'font-missing':
    case 'shows-nothing':
    case 'echo':
    case null:
      return null;
    default: {
      const never: never = fault;
      return never;
    }
  }
}

/** Reads an area by its field offsets, apart from the encoder; null when its lengths do not add up. */
function readArea(area: Uint8Array): OnbonShown | null {
  const view = new DataView(area.buffer, area.byteOffset, area.byteLength);
  if (area.length < 17 || view.getUint16(0, true) !== area.length - 2) return null;
  let at = 16;
  let spoken: string | null = null;
  if (area[at] === 0x02) {
    if (area.length < at + 8) return null;
    const speechBytes = view.getUint32(at + 4, true);
    spoken = decodeGb2312(area.subarray(at + 8, at + 8 + speechBytes));
    at += 7 + speechBytes;
  }
  at += 9;
  if (area.length < at + 4) return null;
  const textBytes = view.getUint32(at, true);
  if (area.length !== at + 4 + textBytes) return null;
  return {
    text: decodeGb2312(area.subarray(at + 4)),
    width: view.getUint16(7, true),
    heightPx: view.getUint16(9, true),
    spoken,
  };
}

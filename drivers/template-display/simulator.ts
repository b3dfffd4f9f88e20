import type { Clock } from '#contract/ports.ts';
import type { DisplayTemplate } from '#contract/queue-display.ts';
import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '../channel/simulator.ts';
import { sendSpoilt, type LineFaultKind } from '../channel/spoilt-answer.ts';
import { fixedHead, maxFrameBytes, readFrame, type TemplateReading } from './protocol.ts';
import { answerBytes } from './template.ts';

const LAST_BYTE = -1;

/** `shows-nothing`: every frame is acknowledged, and the board is dark. */
export type TemplateFaultKind = LineFaultKind | 'shows-nothing';

/** A display that obeys the frames of one template. */
export class TemplateDisplaySimulator implements DeviceSimulator {
  readonly #clock: Clock;
  readonly #template: DisplayTemplate;
  readonly #head: Uint8Array;
  #fault: TemplateFaultKind | null = null;
  #shown: TemplateReading | null = null;
  frameCount = 0;

  constructor(clock: Clock, template: DisplayTemplate) {
    this.#clock = clock;
    this.#template = template;
    this.#head = fixedHead(template);
  }

  get shown(): TemplateReading | null {
    return this.#fault === 'shows-nothing' ? null : this.#shown;
  }

  setFault(fault: TemplateFaultKind | null): void {
    this.#fault = fault;
  }

  losePower(): void {
    this.#shown = null;
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const buffer = new BoundedBuffer(maxFrameBytes(this.#template));
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
          if (this.#take(buffer.bytes)) {
            buffer.clear();
            const answer = answerBytes(this.#template);
            const spoilt = this.#fault === 'shows-nothing' ? null : this.#fault;
            if (answer !== null) sendSpoilt(guarded, this.#clock, answer, spoilt, LAST_BYTE);
          }
        }
      },
      unplugged: () => {
        isPlugged = false;
      },
    };
  }

  /** Whether a frame ends with the newest byte. */
  #take(held: Uint8Array): boolean {
    for (let start = 0; start < held.length; start += 1) {
      if (!this.#head.every((byte, index) => held[start + index] === byte)) continue;
      const reading = readFrame(this.#template, held.subarray(start));
      if (reading === null) continue;
      this.#shown = reading;
      this.frameCount += 1;
      return true;
    }
    return false;
  }
}

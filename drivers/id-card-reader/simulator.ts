import type { IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import { byteAt, concat, indexOfBytes, u16be, xorOf } from '../codec/bytes.ts';
import { Pacer } from '../channel/pacer.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '../channel/simulator.ts';
import { addedAddressesOf, photoOf, textBlockOf } from './card-image.ts';
import { baudRates, encodeAnswer, MANAGE_INFO_BYTES } from './protocol.ts';

export type CardReaderFaultKind =
  | 'silent' // no answer at all
  | 'garbage' // bytes that are no frame
  | 'wrong-checksum'
  | 'frame-too-long' // more data than the length says
  | 'length-past-limit' // a length that no answer has
  | 'half-frame' // the answer stops in the middle
  | 'slow-bytes' // one byte at a time, slower than any line
  | 'not-an-id-card' // find and select work, the card is of another kind
  | 'card-pulled' // the card leaves the field while it is read
  | 'suspicious-card' // the module does not authenticate the card
  | 'torn-text' // a whole frame around a text block that makes no sense
  | 'reads-nothing' // it says that it has read the card, and gives nothing of it
  | 'finds-nothing' // it says that it works, and no card is ever found: a dead aerial
  | 'module-unauthorised';

/** `read`: only the answer to the read command is spoilt; `any`: every answer. */
export interface CardReaderFault {
  readonly kind: CardReaderFaultKind;
  readonly during: 'any' | 'read';
}

export interface CardReaderSimulatorOptions {
  readonly clock: Clock;
  /** 16 bytes; tells two simulated readers apart. */
  readonly samId: Uint8Array;
  /** Paces the answers as a serial line would; null sends them at once. */
  readonly baudRate: number | null;
  readonly habits: ModuleHabits;
}

/** What modules may do differently with a card that they have read; no source says which does what. */
export interface ModuleHabits {
  /** After 10 FF the card that lies there is found again. */
  readonly forgetsOnReset: boolean;
  /** 30 05 is answered by the card itself after 30 01; otherwise it is refused. */
  readonly answersAfterRead: boolean;
  /** How long after 10 FF it finds no card that lies there. */
  readonly blindAfterResetMs: number;
}

/** Whichever way its presence is asked for, this module tells it. */
export const FRANK_MODULE: ModuleHabits = {
  forgetsOnReset: true,
  answersAfterRead: true,
  blindAfterResetMs: 0,
};

/** What a card may hold beside text and photo. */
export interface CardExtras {
  readonly addedAddresses: readonly string[];
  /** 0, 512 or 1024. */
  readonly fingerprintBytes: number;
}

/** The SAM id of the protocol's worked example: `05.01-20110511-0123456789-0987654321`. */
export const EXAMPLE_SAM_ID = Uint8Array.of(
  0x05,
  0x00,
  0x01,
  0x00,
  0xaf,
  0xdc,
  0x32,
  0x01,
  0x15,
  0xcd,
  0x5b,
  0x07,
  0xb1,
  0x68,
  0xde,
  0x3a,
);

const REQUEST_START = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);
const MAX_REQUEST_BYTES = 64;

/** The card as the module knows it: once read, it must leave the field before it is found again. */
type Field = 'empty' | 'taken-after-read' | 'present' | 'found' | 'selected' | 'read';

/** A SAM_V module with a card field, byte for byte on its side of the line. */
export class CardReaderSimulator implements DeviceSimulator {
  readonly #options: CardReaderSimulatorOptions;
  #card: IdentityDocument | null = null;
  #extras: CardExtras = { addedAddresses: [], fingerprintBytes: 0 };
  #field: Field = 'empty';
  #blindUntilMs = 0;
  /** What the last 60 xx and 61 FF nn asked for; null before. The line itself keeps its pace. */
  askedBaudRate: number | null = null;
  askedMaxRfBytes: number | null = null;
  #fault: CardReaderFault | null = null;
  readonly #requestCounts = new Map<string, number>();

  constructor(options: CardReaderSimulatorOptions) {
    this.#options = options;
  }

  placeCard(document: IdentityDocument): void {
    this.placeCardWith(document, { addedAddresses: [], fingerprintBytes: 0 });
  }

  placeCardWith(document: IdentityDocument, extras: CardExtras): void {
    this.#card = document;
    this.#extras = extras;
    this.#field = 'present';
  }

  takeCard(): void {
    this.#card = null;
    this.#field = this.#field === 'read' || this.#field === 'selected' ? 'taken-after-read' : 'empty';
  }

  /** Its power was cut: it knows of no card, and finds the one that lies there. */
  restart(): void {
    this.#field = this.#card === null ? 'empty' : 'present';
  }

  get card(): IdentityDocument | null {
    return this.#card;
  }

  setFault(fault: CardReaderFault | null): void {
    this.#fault = fault;
  }

  /** How often a command came, by its two bytes in hex: `2001` is find. */
  requestCount(command: string): number {
    return this.#requestCounts.get(command) ?? 0;
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const buffer = new BoundedBuffer(MAX_REQUEST_BYTES);
    const pace = new Pacer(line, this.#options.clock, this.#options.baudRate);
    return {
      receive: (bytes) => {
        for (const byte of bytes) {
          buffer.append(Uint8Array.of(byte));
          const request = takeRequest(buffer);
          if (request === 'incomplete') continue;
          this.#answer(request, pace);
        }
      },
      unplugged: () => pace.stop(),
    };
  }

  #answer(request: Uint8Array | 'bad-checksum', pace: Pacer): void {
    const fault = this.#fault;
    const isRead = request !== 'bad-checksum' && byteAt(request, 0) === 0x30;
    const active = fault !== null && (fault.during === 'any' || isRead) ? fault.kind : null;
    const body = request === 'bad-checksum' ? status(0x10) : this.#execute(request, active);
    const frame = encodeAnswer(body);
    switch (active) {
      case 'silent':
        return;
      case 'garbage':
        pace.send(Uint8Array.from({ length: 40 }, (_, index) => (index * 37 + 11) & 0xff));
        return;
      case 'wrong-checksum':
        frame[frame.length - 1] = byteAt(frame, frame.length - 1) ^ 0x5a;
        pace.send(frame);
        return;
      case 'frame-too-long':
        // The length stays as it was; eight more bytes of data stand before the checksum.
        pace.send(
          concat([frame.subarray(0, -1), new Uint8Array(8).fill(byteAt(frame, frame.length - 1) ^ 0xff)]),
        );
        return;
      case 'length-past-limit':
        frame[5] = 0xff;
        frame[6] = 0xf0;
        pace.send(frame);
        return;
      case 'half-frame':
        pace.send(frame.subarray(0, Math.ceil(frame.length / 2)));
        return;
      case 'slow-bytes':
        pace.sendSlowly(frame);
        return;
      case 'not-an-id-card':
      case 'card-pulled':
      case 'suspicious-card':
      case 'torn-text':
      case 'reads-nothing':
      case 'finds-nothing':
      case 'module-unauthorised':
      case null:
        pace.send(frame);
        return;
      default: {
        const never: never = active;
        return never;
      }
    }
  }

  /** SW1 SW2 SW3 and data. */
  #execute(request: Uint8Array, active: CardReaderFaultKind | null): Uint8Array {
    const command =
      byteAt(request, 0).toString(16).padStart(2, '0') + byteAt(request, 1).toString(16).padStart(2, '0');
    this.#requestCounts.set(command, this.requestCount(command) + 1);
    if (active === 'module-unauthorised') return status(0x66);
    switch (command) {
      case '10ff':
        if (this.#options.habits.forgetsOnReset) this.restart();
        this.#blindUntilMs = this.#options.clock.monotonicMs() + this.#options.habits.blindAfterResetMs;
        return status(0x90);
      case '11ff':
        return status(0x90);
      case '12ff':
        return concat([status(0x90), this.#options.samId]);
      case '2001':
        if (active === 'finds-nothing') return status(0x80);
        if (this.#field === 'read' || this.#card === null) return status(0x80);
        if (this.#options.clock.monotonicMs() < this.#blindUntilMs) return status(0x80);
        this.#field = 'found';
        return concat([status(0x9f), new Uint8Array(4)]);
      case '2002':
        if (this.#field !== 'found') return status(0x81);
        this.#field = 'selected';
        return concat([status(0x90), new Uint8Array(8)]);
      case '3001':
        return this.#read(active, false);
      case '3010':
        return this.#read(active, true);
      case '3003':
        return this.#answerOfSelected(
          this.#extras.addedAddresses.length === 0 ? null : addedAddressesOf(this.#extras.addedAddresses),
        );
      case '3005':
        if (this.#options.habits.answersAfterRead && this.#field === 'taken-after-read') return status(0x41);
        if (!this.#options.habits.answersAfterRead && this.#field === 'read') return status(0x21);
        return this.#answerOfSelected(new Uint8Array(MANAGE_INFO_BYTES).fill(0x11));
      case '61ff':
        if (request.length !== 3) return status(0x11);
        this.askedMaxRfBytes = byteAt(request, 2);
        return status(0x90);
      default:
        return command.startsWith('60') ? this.#setBaud(byteAt(request, 1)) : status(0x21);
    }
  }

  #setBaud(parameter: number): Uint8Array {
    const baudRate = baudRates[parameter];
    if (baudRate === undefined) return status(0x21);
    this.askedBaudRate = baudRate;
    return status(0x90);
  }

  /** null: the card has no such item. */
  #answerOfSelected(data: Uint8Array | null): Uint8Array {
    if (this.#field !== 'selected' && this.#field !== 'read') return status(0x21);
    return data === null ? status(0x91) : concat([status(0x90), data]);
  }

  #read(active: CardReaderFaultKind | null, withFingerprint: boolean): Uint8Array {
    const card = this.#card;
    if (this.#field !== 'selected' || card === null) return status(0x41);
    this.#field = 'present';
    if (active === 'not-an-id-card') return status(0x40);
    if (active === 'suspicious-card') return status(0x32);
    if (active === 'reads-nothing') return status(0x90);
    if (active === 'card-pulled') {
      this.takeCard();
      return status(0x41);
    }
    const text = active === 'torn-text' ? new Uint8Array(256).fill(0x20) : textBlockOf(card);
    if (active === null) this.#field = 'read';
    const { fingerprintBytes } = this.#extras;
    const fingerprint = new Uint8Array(withFingerprint ? fingerprintBytes : 0).fill(0x46);
    const thirdLength = withFingerprint
      ? Uint8Array.of(fingerprintBytes >> 8, fingerprintBytes & 0xff)
      : new Uint8Array(0);
    const lengths = concat([Uint8Array.of(0x01, 0x00, 0x04, 0x00), thirdLength]);
    return concat([status(0x90), lengths, text, photoOf(1), fingerprint]);
  }
}

function status(sw3: number): Uint8Array {
  return Uint8Array.of(0x00, 0x00, sw3);
}

/** Command and parameters of the next whole request in the buffer. */
function takeRequest(buffer: BoundedBuffer): Uint8Array | 'bad-checksum' | 'incomplete' {
  const start = indexOfBytes(buffer.bytes, REQUEST_START, 0);
  if (start < 0) return 'incomplete';
  const held = buffer.bytes.subarray(start);
  if (held.length < 7) return 'incomplete';
  const end = 7 + u16be(held, 5);
  if (end > MAX_REQUEST_BYTES) {
    buffer.clear();
    return 'bad-checksum';
  }
  if (held.length < end) return 'incomplete';
  const isGood = xorOf(held.subarray(5, end)) === 0;
  const request = held.slice(7, end - 1);
  buffer.clear();
  return isGood ? request : 'bad-checksum';
}

import type { Clock } from '#contract/ports.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from './simulator.ts';

export interface SimulatedBusOptions {
  readonly clock: Clock;
  readonly baudRate: number;
  readonly members: readonly DeviceSimulator[];
  /** Two-wire adapters that leave their receiver on give the host its own bytes back. */
  readonly echo: boolean;
}

const BITS_PER_BYTE = 10;
/** Bytes are handed on in pieces: less often than one by one, and no later than a UART's FIFO would. */
const PIECE_BYTES = 16;

interface Talker {
  readonly member: DeviceSimulator | null;
  /** When the last byte that it has to say is out. */
  freeMs: number;
}

interface Piece {
  readonly talker: Talker;
  readonly bytes: Uint8Array;
  readonly fromMs: number;
  readonly toMs: number;
  isGarbled: boolean;
}

/**
 * Several simulators on one pair of wires. Everybody hears everybody, bytes take the time of their bits, and
 * those of two who talk at once are wrecked for all who listen.
 */
export class SimulatedBus implements DeviceSimulator {
  readonly #options: SimulatedBusOptions;
  readonly #unplugged = new Set<DeviceSimulator>();
  #baudRate: number;

  constructor(options: SimulatedBusOptions) {
    this.#options = options;
    this.#baudRate = options.baudRate;
  }

  /** For what is said from now on. */
  setBaudRate(baudRate: number): void {
    this.#baudRate = baudRate;
  }

  /** Pulls one member's plug, in the middle of its answer if need be, or puts it back. The others go on. */
  setPlugged(member: DeviceSimulator, plugged: boolean): void {
    if (plugged) this.#unplugged.delete(member);
    else this.#unplugged.add(member);
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const { clock, members, echo } = this.#options;
    const host: Talker = { member: null, freeMs: 0 };
    const plugs = new Map<DeviceSimulator, SimulatedPlug>();
    const onAir = new Set<Piece>();
    let isAttached = true;

    const arrive = (piece: Piece): void => {
      onAir.delete(piece);
      const { talker } = piece;
      if (!isAttached || (talker.member !== null && this.#unplugged.has(talker.member))) return;
      const bytes = piece.isGarbled ? piece.bytes.map((byte) => byte ^ 0xb7) : piece.bytes;
      for (const [member, plug] of plugs) {
        if (member !== talker.member && !this.#unplugged.has(member)) plug.receive(bytes);
      }
      if (talker !== host || echo) line.send(bytes);
    };
    const say = (talker: Talker, bytes: Uint8Array): void => {
      for (const piece of this.#piecesOf(talker, bytes)) {
        for (const other of onAir) {
          if (other.talker === talker || other.toMs <= piece.fromMs || other.fromMs >= piece.toMs) continue;
          other.isGarbled = true;
          piece.isGarbled = true;
        }
        onAir.add(piece);
        clock.after(piece.toMs - clock.monotonicMs(), () => arrive(piece));
      }
    };

    for (const member of members) {
      const talker: Talker = { member, freeMs: 0 };
      plugs.set(member, member.attach({ send: (bytes) => say(talker, bytes) }));
    }
    return {
      receive: (bytes) => say(host, bytes),
      unplugged: () => {
        isAttached = false;
        for (const plug of plugs.values()) plug.unplugged();
      },
    };
  }

  /** With the times at which they are on the line. A talker's bytes follow each other. */
  #piecesOf(talker: Talker, bytes: Uint8Array): Piece[] {
    const { clock } = this.#options;
    const byteMs = (BITS_PER_BYTE * 1_000) / this.#baudRate;
    const pieces: Piece[] = [];
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      // A copy: a later write may reuse the memory of this one.
      const piece = bytes.slice(at, at + PIECE_BYTES);
      const fromMs = Math.max(clock.monotonicMs(), talker.freeMs);
      talker.freeMs = fromMs + piece.length * byteMs;
      pieces.push({ talker, bytes: piece, fromMs, toMs: talker.freeMs, isGarbled: false });
    }
    return pieces;
  }
}

import { concat } from '../codec/bytes.ts';
import { all, type TraceMask } from '../trace/trace.ts';
import { readCommand, type PrinterCommand } from './command-stream.ts';
import { IN_ORDER_REQUEST, NAME_REQUEST } from './status.ts';

/** Commands whose arguments set something and hold nothing that is printed. */
const settingCommands: ReadonlySet<string> = new Set([
  ...['ESC @', 'ESC !', 'ESC -', 'ESC 2', 'ESC 3', 'ESC E', 'ESC G', 'ESC J', 'ESC M', 'ESC R', 'ESC a'],
  ...['ESC d', 'ESC i', 'ESC m', 'ESC p', 'ESC t', 'ESC {', 'FS !', 'FS &', 'FS -', 'FS .', 'FS C', 'FS S'],
  ...['FS W', 'GS !', 'GS B', 'GS H', 'GS I', 'GS L', 'GS V', 'GS W', 'GS a', 'GS h', 'GS r', 'GS w'],
]);
const COMMAND_BYTES = 2;
const LONGEST_COMMAND_BYTES = 70_000;
/** An answer of automatic status is four bytes; several status answers may come together. */
const MAX_STATUS_BYTES = 8;
/** Topics that are asked for at once, at most. */
const MAX_OWED = 4;

/** What sets the printer, and its status; text, codes and pictures are hidden. */
export function printerMask(): TraceMask {
  const job = new JobMask();
  let realTimeOwed = 0;
  return {
    shows: (direction, bytes) => {
      if (direction === 'from-device') {
        const realTime = realTimeAnswersIn(bytes);
        const isStatus = realTime !== null && realTime <= realTimeOwed;
        if (isStatus) realTimeOwed -= realTime;
        return all(bytes, isStatus);
      }
      // Status requests go out between the pieces of a job, each as a write of its own.
      if (!isStatusRequest(bytes)) return job.shows(bytes);
      if (isRealTimeRequest(bytes)) realTimeOwed = Math.min(realTimeOwed + 1, MAX_OWED);
      return all(bytes, true);
    },
  };
}

function isRealTimeRequest(bytes: Uint8Array): boolean {
  const [first, second, topic, ...rest] = bytes;
  return first === 0x10 && second === 0x04 && topic !== undefined && topic <= 8 && rest.length === 0;
}

function isStatusRequest(bytes: Uint8Array): boolean {
  const isOneOf = [IN_ORDER_REQUEST, NAME_REQUEST].some(
    (request) => request.length === bytes.length && request.every((byte, at) => byte === bytes[at]),
  );
  return isRealTimeRequest(bytes) || isOneOf;
}

/**
 * How many real-time answers are among the status bytes of the piece; null when anything else is: the echo
 * of a line that is shorted is no status. 2 and 6 are real-time bytes as well as digits: asked for or hidden.
 */
function realTimeAnswersIn(bytes: Uint8Array): number | null {
  if (bytes.length > MAX_STATUS_BYTES) return null;
  let realTime = 0;
  let automaticLeft = 0;
  for (const byte of bytes) {
    if (automaticLeft > 0 && (byte & 0x90) === 0) {
      automaticLeft -= 1;
      continue;
    }
    automaticLeft = (byte & 0xf3) === 0x10 ? 3 : 0;
    const isFlow = byte === 0x11 || byte === 0x13;
    const isRealTime = (byte & 0x93) === 0x12;
    const isInOrder = byte <= 0x0f;
    if (!isFlow && !isRealTime && !isInOrder && automaticLeft === 0) return null;
    if (isRealTime) realTime += 1;
  }
  return realTime;
}

/** Follows the commands of a job over its pieces. */
class JobMask {
  /** The beginning of a command whose end has not come: already told, as hidden. */
  #begun: Uint8Array = new Uint8Array(0);
  /** After a command that is not known, nobody can say where the next one begins: until ESC @. */
  #isLost = false;

  shows(bytes: Uint8Array): boolean[] {
    if (bytes[0] === 0x1b && bytes[1] === 0x40 && this.#begun.length === 0) this.#isLost = false;
    if (this.#isLost) return all(bytes, false);
    const told = this.#begun.length;
    const stream = concat([this.#begun, bytes]);
    const shown = all(stream, false);
    let at = 0;
    while (at < stream.length) {
      const next = readCommand(stream, at);
      if (next === 'incomplete') break;
      if (next.command.kind === 'unknown') {
        this.#isLost = true;
        at = stream.length;
        break;
      }
      const shownBytes = shownBytesOf(next.command, next.end - at);
      for (let index = at; index < at + shownBytes; index += 1) shown[index] = true;
      at = next.end;
    }
    this.#begun = stream.slice(at);
    if (this.#begun.length > LONGEST_COMMAND_BYTES) {
      this.#begun = new Uint8Array(0);
      this.#isLost = true;
    }
    return shown.slice(told);
  }
}

function shownBytesOf(command: PrinterCommand, byteCount: number): number {
  switch (command.kind) {
    case 'character':
    case 'unknown':
      return 0;
    case 'line-feed':
      return byteCount;
    case 'command':
      return settingCommands.has(command.name) ? byteCount : COMMAND_BYTES;
    default: {
      const never: never = command;
      return never;
    }
  }
}

import type { Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import type { ModbusDisplaySettings } from '#contract/queue-display.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { ByteChannel } from '../channel/channel.ts';
import type { Identified } from '../runtime/device.ts';
import { Inbox } from '../runtime/inbox.ts';
import type { WindowDisplaySession } from '../runtime/window-display.ts';
import {
  AnswerParser,
  answerTo,
  encodeWriteOne,
  encodeWriteText,
  EXCEPTION_BUSY,
  exceptionMeaning,
  type ModbusAnswer,
} from './protocol.ts';

/** Every delay of one exchange. */
export const modbusDelays = {
  /** Behind the last byte of the request; windows answer within 50 ms. */
  answerMs: 300,
  /** Before a request is repeated. */
  retryMs: 100,
  /** Clause 2.5.1.1: 3.5 characters of silence part two frames, 4 ms at 9600 baud. */
  pauseMs: 4,
} as const;

const ATTEMPTS = 2;
/** What one signed register holds. */
const MAX_NUMBER = 32_767;

/** Commands to one window over one open line. The caller sends one at a time. */
export class ModbusDisplaySession implements WindowDisplaySession {
  readonly #write: ByteChannel['write'];
  readonly #clock: Clock;
  readonly #settings: ModbusDisplaySettings;
  readonly #parser = new AnswerParser();
  readonly #inbox: Inbox<ModbusAnswer>;
  /** The last request that was done; repeated, it changes nothing. */
  #current: Uint8Array;

  constructor(write: ByteChannel['write'], clock: Clock, settings: ModbusDisplaySettings) {
    this.#write = write;
    this.#clock = clock;
    this.#settings = settings;
    this.#inbox = new Inbox(clock);
    this.#current = blank(settings);
  }

  receive(bytes: Uint8Array): void {
    for (const answer of this.#parser.push(bytes)) this.#inbox.push(answer);
  }

  end(reason: Fault): void {
    this.#inbox.end(reason);
  }

  /** A window has no name to ask for: that it takes a blank is all it can say. Faults: device.*. */
  async identify(): Promise<Result<Identified>> {
    const answered = await this.clear();
    if (!answered.ok) return answered;
    return ok({ identity: `Modbus window ${this.#settings.unit}`, needs: [] });
  }

  /** Writes again what stands there: settings registers may wear out, the value register does not. */
  async heartbeat(): Promise<Result<readonly Attention[]>> {
    const answered = await this.#ask(this.#current);
    return answered.ok ? ok([]) : answered;
  }

  /** Faults: device.*; device.refused for a ticket that does not fit. */
  async show(content: WindowDisplayContent): Promise<Result<void>> {
    const request = requestFor(content.ticket, this.#settings);
    return request.ok ? this.#ask(request.value) : request;
  }

  clear(): Promise<Result<void>> {
    return this.#ask(blank(this.#settings));
  }

  /** Faults: device.silent, device.garbled, device.refused with the exception. */
  async #ask(request: Uint8Array): Promise<Result<void>> {
    let last = fault('device.silent');
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      await sleep(this.#clock, attempt > 1 ? modbusDelays.retryMs : modbusDelays.pauseMs);
      const answer = await this.#exchange(request);
      if (!answer.ok) {
        last = answer.fault;
        if (last.code !== 'device.silent' && last.code !== 'device.garbled') break;
      } else if (answer.value.type === 'written') {
        this.#current = request;
        return ok(undefined);
      } else {
        const { exception } = answer.value;
        last = fault('device.refused', `exception ${exception}: ${exceptionMeaning(exception)}`);
        if (exception !== EXCEPTION_BUSY) break;
      }
    }
    return err(last);
  }

  async #exchange(request: Uint8Array): Promise<Result<ModbusAnswer>> {
    this.#parser.reset();
    this.#inbox.clear();
    const expected = answerTo(request);
    const written = await this.#write(request);
    if (!written.ok) return written;
    const answer = await this.#inbox.next((next) => isAnswer(next, expected), modbusDelays.answerMs);
    if (answer.ok || answer.fault.code !== 'device.silent' || this.#parser.receivedBytes === 0) return answer;
    return err(fault('device.garbled', `${this.#parser.receivedBytes} bytes without an answer`));
  }
}

/** Another window's late answer, or another register's, says nothing about this request. */
function isAnswer(answer: ModbusAnswer, expected: ModbusAnswer): boolean {
  if (answer.unit !== expected.unit || answer.code !== expected.code) return false;
  if (answer.type === 'exception' || expected.type === 'exception') return true;
  return answer.register === expected.register && answer.second === expected.second;
}

/** Faults: device.refused. A shortened number would call somebody else. */
function requestFor(ticket: string, settings: ModbusDisplaySettings): Result<Uint8Array> {
  const { unit, digits, shows } = settings;
  if (shows.type === 'ascii') {
    if (ticket.length > digits)
      return err(fault('device.refused', `${ticket.length} characters, and room for ${digits}`));
    return ok(encodeWriteText(unit, shows.register, ticket.padEnd(digits, ' ')));
  }
  const number = ticket.replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  if (number === '' || number.length > digits || Number(number) > MAX_NUMBER)
    return err(fault('device.refused', `${number.length} digits, and room for ${digits}`));
  return ok(encodeWriteOne(unit, shows.register, Number(number)));
}

/** A numeric window cannot be dark: 0 is no ticket. */
function blank(settings: ModbusDisplaySettings): Uint8Array {
  const { unit, digits, shows } = settings;
  return shows.type === 'ascii'
    ? encodeWriteText(unit, shows.register, ' '.repeat(digits))
    : encodeWriteOne(unit, shows.register, 0);
}

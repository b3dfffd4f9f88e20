import type { Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { ByteChannel } from '../channel/channel.ts';
import type { Identified } from '../runtime/device.ts';
import type { IdentifyingSession } from '../runtime/device-driver.ts';
import { Inbox } from '../runtime/inbox.ts';
import {
  AnswerParser,
  commands,
  encodeRequest,
  MAX_ANSWER_LENGTH,
  parseAddedAddresses,
  parseCardData,
  parseManageInfo,
  parseSamId,
  setBaudCommand,
  setMaxRfCommand,
  type BaudRate,
  type MaxRfBytes,
  type ParserEvent,
} from './protocol.ts';
import {
  STATUS_CARD_FOUND,
  STATUS_NO_CARD,
  STATUS_NO_SUCH_ITEM,
  STATUS_OK,
  statusMeaning,
  statusText,
} from './status.ts';
import { parseTextBlock } from './text-block.ts';

/** Every delay of one exchange (the open SDT implementation allows 2 s and 5 s; modules answer in 100 ms). */
export const exchangeDelays = {
  /** Until the length of an answer is known. */
  headerMs: 1_000,
  /** Until the whole answer is there: 1295 bytes take 1.35 s at 9600 baud. */
  frameMs: 3_000,
  /** After a damaged frame: a good one may follow at once, and a frame that runs on shows itself. */
  settleMs: 100,
  /** Before the sequence find, select, read is tried again. */
  retryMs: 200,
  /** After a reset: the module's field was off, and the card in it needs power before it answers. */
  afterResetMs: 200,
} as const;

const IDENTIFY_ATTEMPTS = 2;
const READ_ATTEMPTS = 3;
/** A module sometimes answers 80 once to the find that follows another command. */
const FIND_ATTEMPTS_IN_RETRY = 2;

interface Answer {
  readonly status: number;
  readonly data: Uint8Array;
}

/** A card read with its fingerprint block, which is opaque and empty when the card has none. */
export interface FingerprintReading {
  readonly document: IdentityDocument;
  readonly fingerprint: Uint8Array;
}

type ReadCommand = 'readCard' | 'readCardWithFingerprint';

type ReadStep =
  | { readonly next: 'done'; readonly reading: FingerprintReading }
  | { readonly next: 'try-again'; readonly fault: Fault }
  | { readonly next: 'give-up'; readonly fault: Fault };

/** Commands to one module over one open line. The caller sends one at a time. */
export class CardReaderSession implements IdentifyingSession {
  readonly #write: ByteChannel['write'];
  readonly #clock: Clock;
  readonly #parser = new AnswerParser();
  readonly #inbox: Inbox<ParserEvent>;

  constructor(write: ByteChannel['write'], clock: Clock) {
    this.#write = write;
    this.#clock = clock;
    this.#inbox = new Inbox(clock);
  }

  receive(bytes: Uint8Array): void {
    for (const event of this.#parser.push(bytes)) this.#inbox.push(event);
  }

  end(reason: Fault): void {
    this.#inbox.end(reason);
  }

  /** SAM status, then SAM id. Faults: device.silent, device.garbled, device.unidentified, device.refused. */
  async identify(): Promise<Result<Identified>> {
    let status = await this.#exchange('samStatus');
    for (let attempt = 1; !status.ok && attempt < IDENTIFY_ATTEMPTS; attempt += 1) {
      status = await this.#exchange('samStatus');
    }
    if (!status.ok) return status;
    if (status.value.status !== STATUS_OK)
      return err(fault('device.refused', statusText(status.value.status)));
    const answer = await this.#exchange('samId');
    if (!answer.ok) return answer;
    const identity = answer.value.status === STATUS_OK ? parseSamId(answer.value.data) : null;
    if (identity === null) return err(fault('device.unidentified', 'no SAM id'));
    return ok({ identity, tells: 'unit', needs: [] });
  }

  async heartbeat(): Promise<Result<readonly Attention[]>> {
    const answer = await this.#exchange('samStatus');
    if (!answer.ok) return answer;
    return ok(answer.value.status === STATUS_OK ? [] : ['hardware']);
  }

  /** Whether a card has come into the field. Faults: device.*, card.*. */
  async find(): Promise<Result<boolean>> {
    const answer = await this.#exchange('findCard');
    if (!answer.ok) return answer;
    if (answer.value.status === STATUS_CARD_FOUND) return ok(true);
    if (answer.value.status === STATUS_NO_CARD) return ok(false);
    return err(statusFault(answer.value.status));
  }

  /** Like `find`, and once more when there was none. */
  async findAgain(): Promise<Result<boolean>> {
    let found = await this.find();
    for (let attempt = 1; found.ok && !found.value && attempt < FIND_ATTEMPTS_IN_RETRY; attempt += 1) {
      found = await this.find();
    }
    return found;
  }

  /** Reads the card that `find` has just found; the whole sequence again when it slips. */
  async read(): Promise<Result<IdentityDocument>> {
    const read = await this.#readBy('readCard');
    return read.ok ? ok(read.value.document) : read;
  }

  /** Like `read`, with the fingerprint block behind the photo. */
  readWithFingerprint(): Promise<Result<FingerprintReading>> {
    return this.#readBy('readCardWithFingerprint');
  }

  /** Of the selected card: none for most. Faults: device.*, card.*. */
  async readAddedAddresses(): Promise<Result<readonly string[]>> {
    const answer = await this.#exchange('readAddedAddress');
    if (!answer.ok) return answer;
    if (answer.value.status === STATUS_NO_SUCH_ITEM) return ok([]);
    if (answer.value.status !== STATUS_OK) return err(statusFault(answer.value.status));
    const addresses = parseAddedAddresses(answer.value.data);
    return addresses === null
      ? err(fault('card.unreadable-text', `added address: ${answer.value.data.length} bytes`))
      : ok(addresses);
  }

  /** Of the selected card, opaque. Faults: device.*, card.*. */
  async readManageInfo(): Promise<Result<Uint8Array>> {
    const answer = await this.#exchange('readManageInfo');
    if (!answer.ok) return answer;
    if (answer.value.status !== STATUS_OK) return err(statusFault(answer.value.status));
    const info = parseManageInfo(answer.value.data);
    return info === null
      ? err(fault('device.garbled', `manage info of ${answer.value.data.length} bytes`))
      : ok(info);
  }

  /** Whether the card that was read last still answers, without a find. Faults: device.*. */
  async answersStill(): Promise<Result<boolean>> {
    const answer = await this.#exchange('readManageInfo');
    if (!answer.ok) return answer;
    const { status } = answer.value;
    if (status === STATUS_OK || status === STATUS_NO_SUCH_ITEM) return ok(true);
    return statusMeaning(status).fault === 'card.read-failed' ? ok(false) : err(statusFault(status));
  }

  /** The module forgets which card it has selected or read, and is ready for a find when this ends. */
  async reset(): Promise<Result<void>> {
    const done = await this.#order('resetSam', commands.resetSam);
    if (done.ok) await sleep(this.#clock, exchangeDelays.afterResetMs);
    return done;
  }

  /** The answer still comes at the old rate; the line must then be opened anew at the new one. */
  setBaud(baudRate: BaudRate): Promise<Result<void>> {
    return this.#order('setBaud', setBaudCommand(baudRate));
  }

  setMaxRf(maxRfBytes: MaxRfBytes): Promise<Result<void>> {
    return this.#order('setMaxRf', setMaxRfCommand(maxRfBytes));
  }

  async #order(name: string, command: Uint8Array): Promise<Result<void>> {
    const answer = await this.#send(name, command);
    if (!answer.ok) return answer;
    return answer.value.status === STATUS_OK ? ok(undefined) : err(statusFault(answer.value.status));
  }

  async #readBy(command: ReadCommand): Promise<Result<FingerprintReading>> {
    let last = fault('card.read-failed');
    for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt += 1) {
      if (attempt > 1) {
        await sleep(this.#clock, exchangeDelays.retryMs);
        const found = await this.findAgain();
        if (!found.ok) return found;
        if (!found.value)
          return err(fault('card.read-failed', `the card left the field; before: ${last.code}`));
      }
      const step = await this.#selectAndRead(command);
      if (step.next === 'done') return ok(step.reading);
      last = step.fault;
      if (step.next === 'give-up') break;
    }
    return err(last);
  }

  async #selectAndRead(command: ReadCommand): Promise<ReadStep> {
    const selected = await this.#exchange('selectCard');
    if (!selected.ok) return lineStep(selected.fault);
    if (selected.value.status !== STATUS_OK) return statusStep(selected.value.status);
    const read = await this.#exchange(command);
    if (!read.ok) return lineStep(read.fault);
    if (read.value.status !== STATUS_OK) return statusStep(read.value.status);
    const parts = parseCardData(read.value.data, command === 'readCardWithFingerprint');
    if (parts === null) {
      return { next: 'try-again', fault: fault('device.garbled', 'the parts of the card do not add up') };
    }
    const document = parseTextBlock(parts.text);
    return document.ok
      ? { next: 'done', reading: { document: document.value, fingerprint: parts.fingerprint } }
      : { next: 'try-again', fault: document.fault };
  }

  #exchange(name: keyof typeof commands): Promise<Result<Answer>> {
    return this.#send(name, commands[name]);
  }

  async #send(name: string, command: Uint8Array): Promise<Result<Answer>> {
    this.#parser.reset();
    this.#inbox.clear();
    const answer = this.#answer(name);
    const written = await this.#write(encodeRequest(command));
    return written.ok ? answer : written;
  }

  async #answer(name: string): Promise<Result<Answer>> {
    const { headerMs, frameMs, settleMs } = exchangeDelays;
    const anything = () => true;
    let event = await this.#inbox.next(anything, headerMs);
    if (!event.ok && event.fault.code === 'device.silent' && this.#parser.isInFrame) {
      event = await this.#inbox.next(anything, frameMs - headerMs);
    }
    if (!event.ok) {
      const isHalf = event.fault.code === 'device.silent' && this.#parser.receivedBytes > 0;
      const received = `${name}: ${this.#parser.receivedBytes} bytes without a whole frame`;
      return err(isHalf ? fault('device.garbled', received) : event.fault);
    }
    if (event.value.type === 'answer') return ok(event.value);

    const damage = event.value;
    const repaired = await this.#inbox.next((next) => next.type === 'answer', settleMs);
    if (repaired.ok && repaired.value.type === 'answer') return ok(repaired.value);
    if (damage.type === 'bad-length') {
      const code = damage.length > MAX_ANSWER_LENGTH ? 'device.frame-too-long' : 'device.garbled';
      return err(fault(code, `${name}: a frame says it has ${damage.length} bytes`));
    }
    return this.#parser.receivedBytes > damage.endByte
      ? err(fault('device.frame-too-long', `${name}: the frame goes on past its length`))
      : err(fault('device.garbled', `${name}: wrong checksum`));
  }
}

function statusFault(status: number): Fault {
  return fault(statusMeaning(status).fault, statusText(status));
}

function statusStep(status: number): ReadStep {
  const { action } = statusMeaning(status);
  return { next: action === 'give-up' ? 'give-up' : 'try-again', fault: statusFault(status) };
}

/** A module that has fallen silent is the heartbeat's business; damage on the line is worth another try. */
function lineStep(lineFault: Fault): ReadStep {
  const isDamage = lineFault.code === 'device.garbled' || lineFault.code === 'device.frame-too-long';
  return { next: isDamage ? 'try-again' : 'give-up', fault: lineFault };
}

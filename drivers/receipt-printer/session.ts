import type { PrintOutcome } from '#contract/device-host.ts';
import { stopsWork, type Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { chunksOf, MAX_CHUNK_BYTES, type ByteChannel } from '../channel/channel.ts';
import type { Identified, Session } from '../runtime/device.ts';
import { Inbox } from '../runtime/inbox.ts';
import { encodeReceipt } from './encode.ts';
import type { PrinterProfile } from './profiles.ts';
import {
  faultOfNeed,
  IN_ORDER_REQUEST,
  NAME_REQUEST,
  needsOf,
  PrinterStatusParser,
  processIdRequest,
  realTimeRequest,
  type PrinterToken,
  type RealTimeTopic,
} from './status.ts';

/** Every delay of one job or request. */
export const printerSessionDelays = {
  /** Real-time answers come within milliseconds, also over a serial-device server. */
  realTimeMs: 500,
  /** An idle printer answers in-order requests as fast. */
  idleInOrderMs: 500,
  /** Added to the printing time of a job before its proof is overdue. */
  proofSlackMs: 3_000,
  /** While the proof is awaited, the printer is asked this often why it takes so long. */
  causeEveryMs: 1_000,
  /** How long XOFF may hold a job back. */
  flowMs: 10_000,
} as const;

const IDENTIFY_ATTEMPTS = 2;
const PROCESS_IDS = 10_000;

export interface PrintReport {
  readonly outcome: PrintOutcome;
  /** What the printer said it needs, when it was asked on the way. */
  readonly needs: readonly Attention[] | null;
}

/** Commands to one printer over one open line. The caller sends one at a time. */
export class PrinterSession implements Session {
  readonly #write: ByteChannel['write'];
  readonly #clock: Clock;
  readonly #profile: PrinterProfile;
  readonly #parser = new PrinterStatusParser();
  readonly #realTime: Inbox<PrinterToken>;
  /** Answers in buffer order, apart from the real-time ones that overtake them. */
  readonly #inOrder: Inbox<PrinterToken>;
  readonly #flow: Inbox<PrinterToken>;
  #mayWrite = true;
  #receivedBytes = 0;
  #processId = 0;
  /** GS r requests whose answers a stopped job still owes: they must not prove the next one. */
  #owedAnswers = 0;

  constructor(write: ByteChannel['write'], clock: Clock, profile: PrinterProfile) {
    this.#write = write;
    this.#clock = clock;
    this.#profile = profile;
    this.#realTime = new Inbox(clock);
    this.#inOrder = new Inbox(clock);
    this.#flow = new Inbox(clock);
  }

  receive(bytes: Uint8Array): void {
    this.#receivedBytes += bytes.length;
    for (const token of this.#parser.push(bytes)) {
      switch (token.type) {
        case 'real-time':
          this.#realTime.push(token);
          break;
        case 'flow':
          this.#mayWrite = token.may === 'send';
          // An older XON must not be taken for the end of this XOFF.
          if (token.may === 'wait') this.#flow.clear();
          this.#flow.push(token);
          break;
        case 'in-order':
        case 'process-id':
        case 'text':
          this.#inOrder.push(token);
          break;
        case 'automatic':
        case 'junk':
          break;
        default: {
          const never: never = token;
          return never;
        }
      }
    }
  }

  end(reason: Fault): void {
    this.#realTime.end(reason);
    this.#inOrder.end(reason);
    this.#flow.end(reason);
  }

  /** Faults: device.silent, device.unidentified. */
  async identify(): Promise<Result<Identified>> {
    let first = await this.#ask('printer');
    for (let attempt = 1; !first.ok && attempt < IDENTIFY_ATTEMPTS; attempt += 1)
      first = await this.#ask('printer');
    if (!first.ok) {
      const isSomethingElse = first.fault.code === 'device.silent' && this.#receivedBytes > 0;
      return err(
        isSomethingElse
          ? fault('device.unidentified', `${this.#receivedBytes} bytes that are no printer's status`)
          : first.fault,
      );
    }
    const needs = await this.needs();
    if (!needs.ok) return needs;
    const mayObey = !needs.value.some(stopsWork);
    const name = mayObey && this.#profile.answersName ? await this.#askName() : null;
    return ok(
      name === null
        ? { identity: `ESC/POS printer (${this.#profile.id})`, needs: needs.value }
        : { identity: name, tells: 'model', needs: needs.value },
    );
  }

  /** The four real-time answers: also the heartbeat. Faults: device.silent, device.lost. */
  async needs(): Promise<Result<readonly Attention[]>> {
    const printer = await this.#ask('printer');
    if (!printer.ok) return printer;
    const offlineCause = await this.#ask('offlineCause');
    if (!offlineCause.ok) return offlineCause;
    const error = await this.#ask('error');
    if (!error.ok) return error;
    const paper = await this.#ask('paper');
    if (!paper.ok) return paper;
    const status = {
      printer: printer.value,
      offlineCause: offlineCause.value,
      error: error.value,
      paper: paper.value,
    };
    return ok(needsOf(status, this.#profile));
  }

  async print(document: ReceiptDocument): Promise<PrintReport> {
    const cleared = await this.#collectOwedAnswers();
    if (!cleared.ok) return { outcome: { end: 'failed', fault: cleared.fault }, needs: null };
    const obstacle = await this.#obstacle();
    if (obstacle !== null) {
      return { outcome: { end: 'failed', fault: obstacle.fault }, needs: obstacle.needs };
    }
    const encoded = encodeReceipt(document, this.#profile);
    for (const chunk of chunksOf(encoded.bytes, MAX_CHUNK_BYTES)) {
      const written = await this.#writeWhenAllowed(chunk);
      if (!written.ok) return this.#unknown(written.fault);
    }
    return this.#prove(encoded.lines * this.#profile.lineMs + printerSessionDelays.proofSlackMs);
  }

  /** An online printer is one round trip; the three other answers are only asked for when it is not. */
  async #obstacle(): Promise<{ fault: Fault; needs: readonly Attention[] | null } | null> {
    const printer = await this.#ask('printer');
    if (!printer.ok) return { fault: printer.fault, needs: null };
    if ((printer.value & 0x08) === 0) return null;
    const needs = await this.needs();
    if (!needs.ok) return { fault: needs.fault, needs: null };
    return { fault: stopFault(needs.value) ?? fault('printer.offline'), needs: needs.value };
  }

  async #prove(timeLimitMs: number): Promise<PrintReport> {
    const proof = this.#proofRequest();
    if (proof === null) return this.#unknown(fault('printer.unconfirmed', 'this printer proves nothing'));
    const asked = await this.#writeWhenAllowed(proof.request);
    if (!asked.ok) return this.#unknown(asked.fault);
    const startMs = this.#clock.monotonicMs();
    for (;;) {
      const answer = await this.#inOrder.next(proof.accept, printerSessionDelays.causeEveryMs);
      if (answer.ok) {
        if (proof.kind === 'in-order-status') this.#owedAnswers -= 1;
        return { outcome: { end: 'printed', proof: proof.kind }, needs: null };
      }
      if (answer.fault.code !== 'device.silent') return this.#unknown(answer.fault);
      const needs = await this.needs();
      const stop = needs.ok ? stopFault(needs.value) : null;
      if (needs.ok && stop !== null) {
        return { outcome: { end: 'unknown', fault: stop }, needs: needs.value };
      }
      if (this.#clock.monotonicMs() - startMs >= timeLimitMs) {
        return this.#unknown(fault('printer.unconfirmed', `no proof in ${timeLimitMs} ms`));
      }
    }
  }

  #proofRequest(): {
    readonly kind: 'process-id' | 'in-order-status';
    readonly request: Uint8Array;
    readonly accept: (token: PrinterToken) => boolean;
  } | null {
    this.#inOrder.clear();
    if (this.#profile.answersProcessId) {
      this.#processId = (this.#processId + 1) % PROCESS_IDS;
      const id = String(this.#processId).padStart(4, '0');
      return {
        kind: 'process-id',
        request: processIdRequest(id),
        accept: (token) => token.type === 'process-id' && token.id === id,
      };
    }
    if (!this.#profile.answersInOrderStatus) return null;
    this.#owedAnswers += 1;
    return {
      kind: 'in-order-status',
      request: IN_ORDER_REQUEST,
      accept: (token) => token.type === 'in-order',
    };
  }

  /**
   * A job that stopped left its GS r in the printer's buffer, where it will be answered when the printer
   * goes on. One more is sent behind it: when that is answered and quiet follows, nothing is owed.
   */
  async #collectOwedAnswers(): Promise<Result<void>> {
    if (this.#owedAnswers === 0) return ok(undefined);
    const obstacle = await this.#obstacle();
    if (obstacle !== null) return err(obstacle.fault);
    const asked = await this.#writeWhenAllowed(IN_ORDER_REQUEST);
    if (!asked.ok) return asked;
    const isInOrder = (token: PrinterToken) => token.type === 'in-order';
    let answer = await this.#inOrder.next(isInOrder, printerSessionDelays.flowMs);
    if (!answer.ok) return err(fault('printer.offline', 'still busy with the job before'));
    while (answer.ok) answer = await this.#inOrder.next(isInOrder, printerSessionDelays.idleInOrderMs);
    if (answer.fault.code !== 'device.silent') return answer;
    this.#owedAnswers = 0;
    return ok(undefined);
  }

  #unknown(reason: Fault): PrintReport {
    return { outcome: { end: 'unknown', fault: reason }, needs: null };
  }

  async #askName(): Promise<string | null> {
    this.#inOrder.clear();
    const written = await this.#write(NAME_REQUEST);
    if (!written.ok) return null;
    const answer = await this.#inOrder.next(
      (token) => token.type === 'text',
      printerSessionDelays.idleInOrderMs,
    );
    return answer.ok && answer.value.type === 'text' && answer.value.text !== '' ? answer.value.text : null;
  }

  /** One at a time: an answer does not say which question it answers. */
  async #ask(topic: RealTimeTopic): Promise<Result<number>> {
    this.#realTime.clear();
    this.#parser.reset();
    const written = await this.#write(realTimeRequest(topic));
    if (!written.ok) return written;
    const answer = await this.#realTime.next(() => true, printerSessionDelays.realTimeMs);
    if (!answer.ok) return answer;
    return answer.value.type === 'real-time' ? ok(answer.value.byte) : err(fault('device.garbled'));
  }

  async #writeWhenAllowed(bytes: Uint8Array): Promise<Result<void>> {
    if (!this.#mayWrite) {
      const resumed = await this.#flow.next(
        (token) => token.type === 'flow' && token.may === 'send',
        printerSessionDelays.flowMs,
      );
      if (!resumed.ok) return resumed;
    }
    return this.#write(bytes);
  }
}

function stopFault(needs: readonly Attention[]): Fault | null {
  const need = needs.find(stopsWork);
  return need === undefined ? null : fault(faultOfNeed[need]);
}

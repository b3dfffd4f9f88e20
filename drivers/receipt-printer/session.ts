import type { PrintOutcome } from '#contract/device-host.ts';
import { stopsWork, type Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { chunksOf, MAX_CHUNK_BYTES } from '../channel/channel.ts';
import { concat } from '../codec/bytes.ts';
import type { Identified, Session, SessionWrite } from '../runtime/device.ts';
import { Inbox } from '../runtime/inbox.ts';
import { encodeReceipt, receiptStart } from './encode.ts';
import { JobWatch } from './job-watch.ts';
import type { PrinterProfile } from './profiles.ts';
import type { RareGlyphs } from './rare-glyphs.ts';
import {
  AUTOMATIC_STATUS_ON,
  clearRequest,
  conditionOfAutomatic,
  conditionOfRealTime,
  faultOfNeed,
  IN_ORDER_REQUEST,
  NAME_REQUEST,
  needsOf,
  PrinterStatusParser,
  processIdRequest,
  realTimeRequest,
  realTimeTopicNames,
  type PrinterCondition,
  type PrinterToken,
  type RealTimeTopic,
} from './status.ts';

/** Every delay of one job or request. */
export const printerSessionDelays = {
  /** Real-time answers come within milliseconds, also over a serial-device server. */
  realTimeMs: 500,
  /** An idle printer answers in-order requests as fast. */
  idleInOrderMs: 500,
  /** How long a printer may go on with a stopped job before the next one is refused. */
  leftoverMs: 10_000,
  /** Added to the printing time of a job before its proof is overdue. */
  proofSlackMs: 3_000,
  /** The longest printing time that is waited for, without stops. */
  printingMs: 40_000,
  /** While the proof is awaited, the printer is asked this often why it takes so long. */
  causeEveryMs: 1_000,
  /** How long a person may take to put in paper (docs/decisions/0008). */
  refillMs: 60_000,
  /** The whole job with its stops; with `leftoverMs` before it below the terminal's own limit of 120 s. */
  jobMs: 100_000,
  /** How long a busy printer may hold back one chunk by its handshake lines: a refill and more. */
  chunkStallMs: 65_000,
  /** For the last chunk of a job that has little time left. */
  leastStallMs: 5_000,
  /** How long XOFF may hold a job back while the printer says that nothing is wrong. */
  flowMs: 10_000,
} as const;

const PROCESS_IDS = 10_000;
/** An idle printer is asked so often whether the answer to an older job is due. */
const SETTLE_ATTEMPTS = 3;
/**
 * A printer that says XOFF has room for some 128 to 256 bytes more, and a USB adapter brings its word up to
 * 16 ms late: what is on its way by then must fit.
 */
const XOFF_CHUNK_BYTES = 64;
const RESET = Uint8Array.of(0x1b, 0x40);
const NO_SETTINGS = new Uint8Array(0);
/**
 * A line that broke may have torn a command, which takes what comes next for its data: as much as a QR code or a
 * drawn character has of it. Where no command is open, a printer ignores zeros.
 */
const END_OF_TORN_COMMAND = new Uint8Array(480);
const LINE_END = Uint8Array.of(0x0a);
const LINE_AND_CUT = Uint8Array.of(0x0a, 0x1d, 0x56, 0x42, 0x00);

/** The paper of one printer, over all lines that are opened to it one after the other. */
export interface Paper {
  /** A slip was begun, and nobody can vouch that it was cut off: the next one would hang on it. */
  isUnfinished: boolean;
}

export interface PrinterSessionOptions {
  readonly write: SessionWrite;
  readonly clock: Clock;
  readonly profile: PrinterProfile;
  readonly rare: RareGlyphs;
  /** What the printer needs, each time that it is known anew. */
  readonly onNeeds: (needs: readonly Attention[]) => void;
  /** Written by this session, and handed to the next one. */
  readonly paper: Paper;
}

type Proof = 'process-id' | 'in-order-status';

/** Commands to one printer over one open line. The caller sends one at a time. */
export class PrinterSession implements Session {
  readonly #write: SessionWrite;
  readonly #clock: Clock;
  readonly #profile: PrinterProfile;
  readonly #rare: RareGlyphs;
  readonly #onNeeds: PrinterSessionOptions['onNeeds'];
  readonly #paper: Paper;
  readonly #parser = new PrinterStatusParser();
  readonly #realTime: Inbox<PrinterToken>;
  /** Answers in buffer order, apart from the real-time ones that overtake them. */
  readonly #inOrder: Inbox<PrinterToken>;
  readonly #flow: Inbox<PrinterToken>;
  #proof: Proof | null = null;
  #mayWrite = true;
  #receivedBytes = 0;
  #processId: number;
  /**
   * GS r requests whose answers a stopped job still owes: they must not prove the next one. One may be due from
   * before this line was opened.
   */
  #owedAnswers = 1;
  #settleAttempts = 0;
  #hasAnsweredInOrder = false;
  #watch: JobWatch | null = null;
  #condition: PrinterCondition | null = null;
  /** A job was given up: `clear` its rest, then `separate` what is on paper from the next slip. */
  #leftover: 'none' | 'clear' | 'separate';

  constructor({ write, clock, profile, rare, onNeeds, paper }: PrinterSessionOptions) {
    this.#write = write;
    this.#clock = clock;
    this.#profile = profile;
    this.#rare = rare;
    this.#onNeeds = onNeeds;
    this.#paper = paper;
    this.#leftover = paper.isUnfinished ? 'separate' : 'none';
    this.#realTime = new Inbox(clock);
    this.#inOrder = new Inbox(clock);
    this.#flow = new Inbox(clock);
    // Not from the beginning each time: an id that an older session left in the printer must prove nothing.
    this.#processId = Math.floor(clock.now() / 1_000) % PROCESS_IDS;
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
          // Where it was not asked for, it is noise that looks like it.
          if (this.#profile.automaticStatus) this.#learn(conditionOfAutomatic(token.bytes));
          break;
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
    const first = await this.#askWhetherThere();
    if (!first.ok) {
      const isSomethingElse = first.fault.code === 'device.silent' && this.#receivedBytes > 0;
      return err(
        isSomethingElse
          ? fault('device.unidentified', `${this.#receivedBytes} bytes that are no printer's status`)
          : first.fault,
      );
    }
    const { idleInOrderMs, leftoverMs } = printerSessionDelays;
    // What is asked in buffer order is answered when the slip of an older line is out.
    const answerMs = this.#paper.isUnfinished ? leftoverMs : idleInOrderMs;
    const needs = await this.#needsWhenTidy();
    if (!needs.ok) return needs;
    const mayObey = !needs.value.some(stopsWork);
    const name = mayObey && this.#profile.answersName ? await this.#askName(answerMs) : null;
    this.#proof = await this.#chooseProof(mayObey, answerMs);
    if (this.#profile.automaticStatus) {
      const on = await this.#write(AUTOMATIC_STATUS_ON);
      if (!on.ok) return on;
    }
    return ok(
      name === null
        ? { identity: `ESC/POS printer (${this.#profile.id})`, needs: needs.value }
        : { identity: name, tells: 'model', needs: needs.value },
    );
  }

  /** What the printer needs, and, while nothing else is to be done, what a stopped job left behind. */
  async heartbeat(): Promise<Result<readonly Attention[]>> {
    const needs = await this.needs();
    if (needs.ok && this.#isStuckInError()) this.#leftover = 'clear';
    if (!needs.ok || needs.value.some(stopsWork)) return needs;
    if (this.#owedAnswers > 0 && this.#settleAttempts < SETTLE_ATTEMPTS) {
      this.#settleAttempts += 1;
      await this.#collectOwedAnswers(printerSessionDelays.idleInOrderMs);
    }
    return needs;
  }

  /** The real-time answers. Faults: device.silent, device.lost. */
  async needs(): Promise<Result<readonly Attention[]>> {
    const status: Record<RealTimeTopic, number | null> = {
      printer: null,
      offlineCause: null,
      error: null,
      paper: null,
    };
    for (const topic of realTimeTopicNames) {
      if (!this.#profile.realTimeTopics.includes(topic)) continue;
      const answer = await this.#ask(topic);
      if (!answer.ok) return answer;
      status[topic] = answer.value;
    }
    return ok(this.#learn(conditionOfRealTime(status)));
  }

  /** The same, once nothing is left of an earlier job, or the printer is stopped. */
  async #needsWhenTidy(): Promise<Result<readonly Attention[]>> {
    for (;;) {
      const needs = await this.needs();
      if (!needs.ok || this.#leftover === 'none' || needs.value.some(stopsWork)) return needs;
    }
  }

  async print(document: ReceiptDocument): Promise<PrintOutcome> {
    const settled = await this.#settleOlderJob();
    if (!settled.ok) return { end: 'failed', fault: settled.fault };
    // The question goes behind the settings, which print nothing, so that the line does not wait for its answer.
    const start = receiptStart(this.#profile);
    const free = this.#noObstacle(start);
    const { bytes, lines } = encodeReceipt(document, this.#profile, this.#rare);
    const freed = await free;
    if (!freed.ok) return { end: 'failed', fault: freed.fault };
    const watch = new JobWatch(this.#clock.monotonicMs(), printerSessionDelays);
    this.#watch = watch;
    const outcome = await this.#printWatched(bytes.subarray(start.length), lines, watch);
    this.#watch = null;
    this.#settleAttempts = 0;
    return outcome;
  }

  async #printWatched(bytes: Uint8Array, lines: number, watch: JobWatch): Promise<PrintOutcome> {
    this.#paper.isUnfinished = true;
    const chunkBytes = this.#profile.flowControl === 'xon-xoff' ? XOFF_CHUNK_BYTES : MAX_CHUNK_BYTES;
    for (const chunk of chunksOf(bytes, chunkBytes)) {
      const held = await this.#untilItMaySend(watch);
      if (held !== null) return held;
      const written = await this.#write(chunk, this.#patienceMs(watch));
      // A line that takes no bytes for so long holds half a slip, as a printer does that stands still.
      if (!written.ok) return this.#giveUp(written.fault, written.fault.code === 'device.silent');
    }
    const { lineMs } = this.#profile;
    const printingMs = Math.min(lines * lineMs, printerSessionDelays.printingMs);
    return this.#prove(printingMs + printerSessionDelays.proofSlackMs, watch);
  }

  #patienceMs(watch: JobWatch): number {
    const { chunkStallMs, leastStallMs } = printerSessionDelays;
    return Math.max(leastStallMs, Math.min(chunkStallMs, watch.leftMs(this.#clock.monotonicMs())));
  }

  /** Waits for XON, and asks meanwhile why it does not come. null when the next chunk may go. */
  async #untilItMaySend(watch: JobWatch): Promise<PrintOutcome | null> {
    let heldMs = 0;
    while (!this.#mayWrite) {
      const stoppedMs = watch.stoppedMs(this.#clock.monotonicMs());
      const resumed = await this.#flow.next(
        (token) => token.type === 'flow' && token.may === 'send',
        printerSessionDelays.causeEveryMs,
      );
      if (resumed.ok) continue;
      if (resumed.fault.code !== 'device.silent') return this.#giveUp(resumed.fault, false);
      await this.needs();
      const now = this.#clock.monotonicMs();
      const givenUp = watch.givenUp(now);
      if (givenUp !== null) return this.#giveUp(givenUp.fault, givenUp.mustClear);
      heldMs += watch.stoppedMs(now) > stoppedMs ? 0 : printerSessionDelays.causeEveryMs;
      if (heldMs >= printerSessionDelays.flowMs) {
        // It was noise, or its end was lost: the jobs behind this one do not wait for an XON that nobody owes.
        this.#mayWrite = true;
        return this.#giveUp(resumed.fault, true);
      }
    }
    const givenUp = watch.givenUp(this.#clock.monotonicMs());
    return givenUp === null ? null : this.#giveUp(givenUp.fault, givenUp.mustClear);
  }

  async #prove(timeLimitMs: number, watch: JobWatch): Promise<PrintOutcome> {
    const proof = this.#proofRequest();
    if (proof === null)
      return this.#giveUp(fault('printer.unconfirmed', 'this printer proves nothing'), false);
    const held = await this.#untilItMaySend(watch);
    if (held !== null) return held;
    const asked = await this.#write(proof.request, this.#patienceMs(watch));
    if (!asked.ok) return this.#giveUp(asked.fault, false);
    if (proof.kind === 'in-order-status') this.#owedAnswers += 1;
    const startActiveMs = watch.activeMs(this.#clock.monotonicMs());
    for (;;) {
      const answer = await this.#inOrder.next(proof.accept, printerSessionDelays.causeEveryMs);
      if (answer.ok) {
        this.#hasAnsweredInOrder = true;
        if (proof.kind === 'in-order-status') this.#owedAnswers -= 1;
        if (watch.isStopped) await this.needs();
        // A printer that loses its power drops the line, which reads as a byte like that answer. One that works answers more.
        const there: Result<unknown> =
          proof.kind === 'in-order-status' ? await this.#askWhetherThere() : ok(undefined);
        if (!there.ok) {
          const isSilent = there.fault.code === 'device.silent';
          return this.#giveUp(
            isSilent ? fault('printer.unconfirmed', 'silent behind its proof') : there.fault,
            false,
          );
        }
        // It has executed all that was in its buffer; a cover that was open for a moment may still have cost lines.
        this.#paper.isUnfinished = false;
        const givenUp = watch.givenUp(this.#clock.monotonicMs());
        return givenUp === null
          ? { end: 'printed', proof: proof.kind }
          : { end: 'unknown', fault: givenUp.fault };
      }
      if (answer.fault.code !== 'device.silent') return this.#giveUp(answer.fault, false);
      const known = await this.needs();
      if (!known.ok && proof.kind === 'in-order-status') {
        const again = await this.#askForProofAgain(proof.request, watch);
        if (!again.ok) return this.#giveUp(again.fault, false);
      }
      const now = this.#clock.monotonicMs();
      const givenUp = watch.givenUp(now);
      if (givenUp !== null) return this.#giveUp(givenUp.fault, givenUp.mustClear);
      if (watch.activeMs(now) - startActiveMs >= timeLimitMs) {
        return this.#giveUp(fault('printer.unconfirmed', `no proof in ${timeLimitMs} ms`), false);
      }
    }
  }

  /**
   * A real-time answer with a bit bent has the form of one in buffer order: when a question got no answer,
   * whatever has come since proves nothing. Both answers in buffer order would be behind the whole job.
   */
  async #askForProofAgain(request: Uint8Array, watch: JobWatch): Promise<Result<void>> {
    this.#inOrder.clear();
    const asked = await this.#write(request, this.#patienceMs(watch));
    if (asked.ok) this.#owedAnswers += 1;
    return asked;
  }

  #giveUp(reason: Fault, mustClear: boolean): PrintOutcome {
    if (mustClear) {
      this.#leftover = 'clear';
      if (this.#condition !== null) this.#tidy(this.#condition);
    }
    return { end: 'unknown', fault: reason };
  }

  /** All that the printer says of itself, asked or by itself, comes through here. */
  #learn(condition: PrinterCondition): readonly Attention[] {
    const needs = needsOf(condition, this.#profile);
    this.#condition = condition;
    this.#watch?.see(condition, needs, this.#clock.monotonicMs());
    this.#tidy(condition);
    this.#onNeeds(needs);
    return needs;
  }

  /**
   * Throws the rest of a job that was given up away as soon as the printer can obey, which an open cover keeps
   * it from, and again until it is online: then what is on paper is cut off, so that the next slip is alone.
   */
  #tidy(condition: PrinterCondition): void {
    const request = clearRequest(this.#profile);
    if (this.#leftover === 'none' || condition.coverOpen) return;
    const isOnline = !condition.offline && !condition.paperOut && !condition.passingError;
    if (this.#leftover === 'clear' || !isOnline) {
      if (request !== null) void this.#write(request);
      // With the next answer: what is sent too soon behind it may be thrown away too.
      this.#leftover = isOnline ? 'separate' : 'clear';
      return;
    }
    this.#leftover = 'none';
    const automatic = this.#profile.automaticStatus ? AUTOMATIC_STATUS_ON : new Uint8Array(0);
    const end = this.#profile.hasCutter ? LINE_AND_CUT : LINE_END;
    void this.#write(concat([END_OF_TORN_COMMAND, RESET, automatic, end])).then((written) => {
      // A line may tell late what it wrote: by then a slip may have begun behind it.
      if (written.ok && this.#watch === null) this.#paper.isUnfinished = false;
    });
  }

  /** An error that only DLE ENQ ends, as Epson's after a cover that was opened while it printed. */
  #isStuckInError(): boolean {
    if (this.#condition === null || this.#profile.errorBit6 === 'head-hot') return false;
    const { passingError, coverOpen, paperOut } = this.#condition;
    return passingError && !coverOpen && !paperOut;
  }

  /** Before a job: nothing left of an earlier one, and no answer owed by it. */
  async #settleOlderJob(): Promise<Result<void>> {
    if (this.#leftover !== 'none') {
      const needs = await this.#needsWhenTidy();
      if (!needs.ok) return needs;
      const need = needs.value.find(stopsWork);
      if (need !== undefined) return err(fault(faultOfNeed[need]));
    }
    return this.#owedAnswers > 0 ? this.#collectOwedAnswers(printerSessionDelays.leftoverMs) : ok(undefined);
  }

  /** Behind `settings`. An online printer is one round trip; the rest is only asked of one that is not. */
  async #noObstacle(settings: Uint8Array): Promise<Result<void>> {
    if (this.#profile.realTimeTopics.includes('printer')) {
      const printer = await this.#askBehind(settings, 'printer');
      if (!printer.ok) return printer;
      if ((printer.value & 0x08) === 0) return ok(undefined);
    } else {
      const sent = await this.#write(settings);
      if (!sent.ok) return sent;
    }
    const needs = await this.needs();
    if (!needs.ok) return needs;
    const need = needs.value.find(stopsWork);
    if (need !== undefined) return err(fault(faultOfNeed[need]));
    return ok(undefined);
  }

  /** A printer that is stopped cannot be probed: it is taken at its profile's word until it is opened anew. */
  async #chooseProof(mayObey: boolean, answerMs: number): Promise<Proof | null> {
    const { answersProcessId, answersInOrderStatus } = this.#profile;
    if (answersProcessId === 'yes') return 'process-id';
    if (answersProcessId === 'probe' && mayObey) {
      const id = this.#nextProcessId();
      if (await this.#probe(processIdRequest(id), (token) => token.type === 'process-id', answerMs))
        return 'process-id';
    }
    if (answersInOrderStatus === 'probe' && mayObey) {
      const answers = await this.#probe(IN_ORDER_REQUEST, (token) => token.type === 'in-order', answerMs);
      return answers ? 'in-order-status' : null;
    }
    return answersInOrderStatus === 'no' ? null : 'in-order-status';
  }

  /** ESC @ behind it: firmware that takes the request for text forgets it before it is a line on paper. */
  async #probe(
    request: Uint8Array,
    accept: (token: PrinterToken) => boolean,
    answerMs: number,
  ): Promise<boolean> {
    this.#inOrder.clear();
    const written = await this.#write(concat([request, RESET]));
    if (!written.ok) return false;
    return (await this.#inOrder.next(accept, answerMs)).ok;
  }

  #nextProcessId(): string {
    this.#processId = (this.#processId + 1) % PROCESS_IDS;
    return String(this.#processId).padStart(4, '0');
  }

  #proofRequest(): {
    readonly kind: Proof;
    readonly request: Uint8Array;
    readonly accept: (token: PrinterToken) => boolean;
  } | null {
    this.#inOrder.clear();
    switch (this.#proof) {
      case null:
        return null;
      case 'process-id': {
        const id = this.#nextProcessId();
        return {
          kind: 'process-id',
          request: processIdRequest(id),
          accept: (token) => token.type === 'process-id' && token.id === id,
        };
      }
      case 'in-order-status':
        return {
          kind: 'in-order-status',
          request: IN_ORDER_REQUEST,
          accept: (token) => token.type === 'in-order',
        };
      default: {
        const never: never = this.#proof;
        return never;
      }
    }
  }

  /**
   * A job that stopped left its GS r in the printer's buffer, where it will be answered when the printer
   * goes on. One more is sent behind it: when that is answered and quiet follows, nothing is owed.
   */
  async #collectOwedAnswers(firstWaitMs: number): Promise<Result<void>> {
    // An answer with our own number needs no such care.
    if (this.#proof !== 'in-order-status') {
      this.#owedAnswers = 0;
      return ok(undefined);
    }
    const free = await this.#noObstacle(NO_SETTINGS);
    if (!free.ok) return free;
    const asked = await this.#write(IN_ORDER_REQUEST);
    if (!asked.ok) return asked;
    const isInOrder = (token: PrinterToken) => token.type === 'in-order';
    let answer = await this.#inOrder.next(isInOrder, firstWaitMs);
    if (!answer.ok) {
      const isDumb = !this.#hasAnsweredInOrder && firstWaitMs >= printerSessionDelays.leftoverMs;
      if (!isDumb) return err(fault('printer.offline', 'still busy with the job before'));
      // It has never answered in order, whatever its profile says: no late answer is due either.
      this.#owedAnswers = 0;
      return ok(undefined);
    }
    this.#hasAnsweredInOrder = true;
    while (answer.ok) answer = await this.#inOrder.next(isInOrder, printerSessionDelays.idleInOrderMs);
    if (answer.fault.code !== 'device.silent') return answer;
    this.#owedAnswers = 0;
    return ok(undefined);
  }

  async #askName(answerMs: number): Promise<string | null> {
    this.#inOrder.clear();
    const written = await this.#write(NAME_REQUEST);
    if (!written.ok) return null;
    const answer = await this.#inOrder.next((token) => token.type === 'text', answerMs);
    return answer.ok && answer.value.type === 'text' && answer.value.text !== '' ? answer.value.text : null;
  }

  /** Whatever it answers. A question that noise has eaten is asked once more. */
  async #askWhetherThere(): Promise<Result<number>> {
    const topic = this.#profile.realTimeTopics[0] ?? 'printer';
    const first = await this.#ask(topic);
    return first.ok ? first : this.#ask(topic);
  }

  /** One at a time: an answer does not say which question it answers. */
  #ask(topic: RealTimeTopic): Promise<Result<number>> {
    return this.#askBehind(NO_SETTINGS, topic);
  }

  async #askBehind(settings: Uint8Array, topic: RealTimeTopic): Promise<Result<number>> {
    this.#realTime.clear();
    const written = this.#write(concat([settings, realTimeRequest(topic)]));
    const answer = await this.#realTime.answerTo(written, printerSessionDelays.realTimeMs);
    if (!answer.ok) {
      // Not before the question: an answer in buffer order may be on its way in pieces.
      this.#parser.reset();
      return answer;
    }
    return answer.value.type === 'real-time' ? ok(answer.value.byte) : err(fault('device.garbled'));
  }
}

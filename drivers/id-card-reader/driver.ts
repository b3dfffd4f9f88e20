import type { Attention } from '#contract/devices.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { ByteChannel } from '../channel/channel.ts';
import { type DeviceDelays, type Identified } from '../runtime/device.ts';
import type { DeviceDriverOptions } from '../runtime/device-driver.ts';
import { WatchedDriver, type WatchNumber } from '../runtime/watched-driver.ts';
import { isGivenUp, isGone, readCard, unreadCard, type FieldCard } from './field-card.ts';
import type { CardReaderProfile } from './profiles.ts';
import type { BaudRate, MaxRfBytes } from './protocol.ts';
import { CardReaderSession, type FingerprintReading } from './session.ts';

export const cardReaderDelays = {
  /** Between the end of one find and the next: a placed card is noticed in half a second at worst. */
  pollMs: 400,
  /** After a card was read or tried: a person may leave it lying while the page still speaks of it. */
  cardLeftAfterMs: 10_000,
  /** Between two looks at a card that was left: often enough to thank whoever takes it. */
  presenceCheckMs: 2_000,
  /** Before the next look when the last one saw no card. */
  presenceConfirmMs: 500,
  /** The same in a watch: its owner may be lifting it just now, and puts it back in a second. */
  presenceConfirmInWatchMs: 150,
  heartbeatMs: 5_000,
  reopenFirstMs: 500,
  reopenMaxMs: 8_000,
  writeStallMs: 5_000,
} as const satisfies DeviceDelays & Readonly<Record<string, number>>;

export interface CardReaderOptions extends DeviceDriverOptions {
  readonly profile: CardReaderProfile;
  readonly onCard: (document: IdentityDocument) => void;
  /** Once per fault and card in the field, so that a foreign card left lying is reported once. */
  readonly onCardFault: (fault: Fault) => void;
}

/** A SAM_V card reader. A watch reads cards; outside of one nothing is asked but whether the last is gone. */
export class CardReader extends WatchedDriver<CardReaderSession> {
  readonly #options: CardReaderOptions;
  #cancelNext: () => void = () => undefined;
  /** A card that is read again in one watch is the one that still lies there. */
  #lastNumber: string | null = null;
  #lastFault: FaultCode | null = null;
  #field: FieldCard | null = null;
  #checkAtMs = 0;
  #moduleNeeds: readonly Attention[] = [];

  constructor(options: CardReaderOptions) {
    super(options, cardReaderDelays);
    this.#options = options;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#cancelNext();
    this.#field = null;
  }

  /**
   * Added addresses of the card that was just reported and still lies there; none for most cards.
   * Faults: device.*, card.*.
   */
  readAddedAddresses(): Promise<Result<readonly string[]>> {
    return this.device.run('busy', (session) => session.readAddedAddresses());
  }

  /** 28 opaque bytes of the card that was just reported and still lies there. Faults: device.*, card.*. */
  readManageInfo(): Promise<Result<Uint8Array>> {
    return this.device.run('busy', (session) => session.readManageInfo());
  }

  /**
   * Finds and reads one card with its fingerprint block, outside of any watch: a watch reads without,
   * as nothing in a visit needs fingerprints. Faults: card.read-failed when no card lies there; device.*, card.*.
   */
  readWithFingerprint(): Promise<Result<FingerprintReading>> {
    return this.device.run('busy', async (session) => {
      const found = await session.find();
      if (!found.ok) return found;
      if (!found.value) return err(fault('card.read-failed', 'no card found'));
      const read = await session.readWithFingerprint();
      if (read.ok) this.#remember(readCard(read.value.document.number, null));
      return read;
    });
  }

  /** For a technician. Afterwards the card that lies there can be found again. */
  resetModule(): Promise<Result<void>> {
    return this.device.run('busy', (session) => this.#reset(session));
  }

  /** For a technician: readers that fail on some cards are helped by the smaller size. */
  setMaxRf(maxRfBytes: MaxRfBytes): Promise<Result<void>> {
    return this.device.run('busy', (session) => session.setMaxRf(maxRfBytes));
  }

  /**
   * For a technician. When it has succeeded, nothing is understood on this line any more: close this
   * driver, and open one whose channel has the new rate.
   */
  setBaud(baudRate: BaudRate): Promise<Result<void>> {
    return this.device.run('busy', (session) => session.setBaud(baudRate));
  }

  protected override attach(write: ByteChannel['write']): CardReaderSession {
    return new CardReaderSession(write, this.#options.clock);
  }

  protected override async identify(session: CardReaderSession): Promise<Result<Identified>> {
    const identified = await session.identify();
    if (!identified.ok) return identified;
    this.#moduleNeeds = identified.value.needs;
    const card = this.#field;
    if (card !== null) {
      // The cable that was pulled may have been the power too: a restarted module finds what it has read.
      if (card.findHabit === 'hides') card.findHabit = 'unsure';
      card.failedChecks = 0;
      if (!this.#canCheck(card)) card.isLeft = false;
      this.#guard();
    } else if (this.presentWatch === null) await this.#lookForNobodysCard(session);
    return ok({ ...identified.value, needs: this.#needs() });
  }

  /**
   * A card that lies there when a reader comes up, while nobody is waited for, is nobody's: the process
   * before this one may have died over a card that was left.
   */
  async #lookForNobodysCard(session: CardReaderSession): Promise<void> {
    const found = await session.find();
    if (found.ok && found.value && this.presentWatch === null) this.#remember(unreadCard(null));
  }

  protected override async heartbeat(session: CardReaderSession): Promise<Result<readonly Attention[]>> {
    const beat = await session.heartbeat();
    if (!beat.ok) return beat;
    this.#moduleNeeds = beat.value;
    return ok(this.#needs());
  }

  protected override watchBegins(watch: WatchNumber): void {
    this.#lastNumber = null;
    this.#lastFault = null;
    this.#cancelNext();
    void this.#poll(watch);
  }

  protected override watchEnds(): void {
    this.#lastNumber = null;
    this.#lastFault = null;
    this.#cancelNext();
    // Nobody could say any more when it is taken.
    if (this.#field !== null && !this.#canCheck(this.#field)) this.#showLeft(this.#field, false);
    this.#guard();
  }

  async #poll(watch: WatchNumber): Promise<void> {
    const inMs = await this.#find(watch);
    if (!this.isPresent(watch)) return;
    this.#cancelNext = this.#options.clock.after(inMs, () => void this.#poll(watch));
  }

  /** One find and what follows from it; when the next is due. */
  async #find(watch: WatchNumber): Promise<number> {
    const { pollMs } = cardReaderDelays;
    const found = await this.device.run('quiet', (session) => session.find());
    if (!this.isPresent(watch)) {
      // It lies there, unread, and whoever put it there has ended the visit.
      if (found.ok && found.value && this.#field === null) this.#remember(unreadCard(watch));
      return pollMs;
    }
    if (!found.ok) {
      // Nobody's card is concerned when the line goes in the middle of looking: that is in the status.
      if (found.fault.code !== 'device.lost') this.#report(found.fault);
      return pollMs;
    }
    if (found.value) {
      await this.#takeFound(watch);
      return pollMs;
    }
    this.#lastFault = null;
    this.#countAbsence();
    // Not before the find: a reset would make a card that was put there anew look like the old one.
    return this.#checkIfDue(watch);
  }

  /** In a watch: looks after the card that an earlier one left. */
  async #checkIfDue(watch: WatchNumber): Promise<number> {
    const { pollMs, presenceConfirmInWatchMs } = cardReaderDelays;
    const card = this.#field;
    if (card === null || !this.#canCheck(card)) return pollMs;
    if (this.#options.clock.monotonicMs() < this.#checkAtMs) return pollMs;
    // A card that is being tried in this watch shows by itself whether it is there.
    if (card.number === null && card.watch === watch) return pollMs;
    // The finds of this watch settle whether a card that was missed once is gone.
    if (card.absences > 0 && card.findHabit === 'finds') return pollMs;
    await this.#check(card);
    // Seen again after a reset, it is read at once, so that the module hides it and shows the next.
    if (card.absences === 0) return 0;
    return card.isFoundAtOnce ? presenceConfirmInWatchMs : pollMs;
  }

  /** Takes the card that was found, unless it is one that an earlier watch has left there. */
  async #takeFound(watch: WatchNumber): Promise<void> {
    const card = this.#field;
    if (card === null || card.findHabit === 'hides' || (card.number === null && card.watch === watch)) {
      await this.#read(watch);
      return;
    }
    card.absences = 0;
    if (card.number === null) this.#see(card);
    else await this.#compare(watch, card);
  }

  async #read(watch: WatchNumber): Promise<void> {
    const read = await this.device.run('busy', (session) => session.read());
    // Remembered even when the watch has ended meanwhile: the card lies there all the same.
    this.#remember(read.ok ? readCard(read.value.number, watch) : unreadCard(watch));
    if (!this.isPresent(watch)) return;
    if (!read.ok) this.#report(read.fault);
    else this.#hand(read.value);
  }

  /** Reads a card that may be the one left behind: its data then goes nowhere. */
  async #compare(watch: WatchNumber, left: FieldCard): Promise<void> {
    // Quiet, as a reader that is busy every two seconds would make its own notice flicker.
    const read = await this.device.run('quiet', (session) => session.read());
    if (!read.ok) return;
    if (read.value.number !== left.number) {
      this.#remember(readCard(read.value.number, watch));
      if (this.isPresent(watch)) this.#hand(read.value);
      return;
    }
    left.findHabit = 'hides';
    this.#see(left);
  }

  #hand(document: IdentityDocument): void {
    this.#lastFault = null;
    if (document.number === this.#lastNumber) return;
    this.#lastNumber = document.number;
    this.#options.onCard(document);
  }

  #report(reason: Fault): void {
    // That the reader is away is in its status, and a poll adds nothing to it.
    if (reason.code === 'device.not-ready' || reason.code === 'device.disabled') return;
    if (reason.code === this.#lastFault) return;
    this.#lastFault = reason.code;
    this.#options.onCardFault(reason);
  }

  /** Outside of a watch: looks after a card that was left, until it is gone. */
  #guard(): void {
    const card = this.#field;
    if (this.presentWatch !== null || card === null || !this.#canCheck(card)) return;
    this.#cancelNext();
    const inMs = Math.max(0, this.#checkAtMs - this.#options.clock.monotonicMs());
    this.#cancelNext = this.#options.clock.after(inMs, () => {
      void this.#check(card).then((isThere) => {
        // A reader that is away begins again when it is identified.
        if (isThere) this.#guard();
      });
    });
  }

  #canCheck(card: FieldCard): boolean {
    if (isGivenUp(card)) return false;
    // A module goes on finding what it has not read.
    if (card.number === null) return true;
    const { cardPresence } = this.#options.profile;
    return (
      cardPresence === 'reset-and-find' || (cardPresence === 'read-manage-info' && card.findHabit === 'hides')
    );
  }

  /** One look whether the card still lies there. False when the reader itself is not. */
  async #check(card: FieldCard): Promise<boolean> {
    const seen = await this.device.run('quiet', (session) => this.#isThere(session, card));
    const nowMs = this.#options.clock.monotonicMs();
    this.#checkAtMs = nowMs + cardReaderDelays.presenceCheckMs;
    if (this.#field !== card) return true;
    if (!seen.ok) {
      const { code } = seen.fault;
      if (code === 'device.not-ready' || code === 'device.disabled' || code === 'device.lost') return false;
      card.failedChecks += 1;
      if (isGivenUp(card)) this.#showLeft(card, false);
      return true;
    }
    card.failedChecks = 0;
    if (seen.value) this.#see(card);
    else {
      this.#checkAtMs = nowMs + cardReaderDelays.presenceConfirmMs;
      card.absences += 1;
      if (isGone(card)) this.#forget();
    }
    return true;
  }

  async #isThere(session: CardReaderSession, card: FieldCard): Promise<Result<boolean>> {
    if (card.number !== null && this.#options.profile.cardPresence === 'read-manage-info') {
      return session.answersStill();
    }
    // What was missed after a reset is looked for without another, which would put its card out once more.
    if (card.number === null || card.absences > 0) return session.findAgain();
    const reset = await this.#reset(session);
    if (!reset.ok) return reset;
    const found = await session.findAgain();
    if (found.ok && found.value) card.isFoundAtOnce = true;
    return found;
  }

  async #reset(session: CardReaderSession): Promise<Result<void>> {
    // Before the answer: one that is lost on the line may have been obeyed.
    if (this.#field !== null) this.#field.findHabit = 'unsure';
    const done = await session.reset();
    if (done.ok && this.#field !== null) this.#field.findHabit = 'finds';
    return done;
  }

  #countAbsence(): void {
    const card = this.#field;
    if (card?.findHabit !== 'finds') return;
    card.absences += 1;
    if (isGone(card)) this.#forget();
  }

  #remember(card: FieldCard): void {
    this.#field = card;
    this.#checkAtMs = this.#options.clock.monotonicMs() + cardReaderDelays.cardLeftAfterMs;
    this.device.learnNeeds(this.#needs());
    this.#guard();
  }

  #see(card: FieldCard): void {
    card.absences = 0;
    this.#showLeft(card, true);
  }

  #showLeft(card: FieldCard, isLeft: boolean): void {
    card.isLeft = isLeft;
    this.device.learnNeeds(this.#needs());
  }

  #forget(): void {
    this.#field = null;
    this.device.learnNeeds(this.#needs());
  }

  #needs(): readonly Attention[] {
    return this.#field?.isLeft === true ? [...this.#moduleNeeds, 'card-left'] : this.#moduleNeeds;
  }
}

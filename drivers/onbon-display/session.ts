import type { Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import type { OnbonSettings } from '#contract/queue-display.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { ByteChannel } from '../channel/channel.ts';
import type { Identified } from '../runtime/device.ts';
import { Inbox } from '../runtime/inbox.ts';
import type { WindowDisplaySession } from '../runtime/window-display.ts';
import {
  areaCommand,
  clearCommand,
  ERROR_BUSY,
  ERROR_CRC,
  parseAnswer,
  switchCommand,
  type AreaText,
  type CardAnswer,
} from './commands.ts';
import { onbonProfile } from './profiles.ts';
import {
  BROADCAST_SCREEN,
  encodeFrame,
  FrameParser,
  HOST_ADDRESS,
  type OnbonFrame,
  type ParserEvent,
} from './protocol.ts';

/** Every delay of one exchange. */
export const onbonDelays = {
  /** Behind the last byte of the request; a card answers in 200 to 300 ms at worst. */
  answerMs: 500,
  /** After a damaged frame: a good one may follow at once. */
  settleMs: 100,
  /** Before a request is repeated; a card that is busy has drawn by then. */
  retryMs: 200,
  /** Nobody answers a broadcast, and the cards need the time of an answer all the same. */
  broadcastMs: 300,
} as const;

const ATTEMPTS = 2;

type Exchange = { readonly answer: CardAnswer } | { readonly fault: Fault };

/** Commands to one screen over one open line. The caller sends one at a time. */
export class OnbonSession implements WindowDisplaySession {
  readonly #write: ByteChannel['write'];
  readonly #clock: Clock;
  readonly #settings: OnbonSettings;
  readonly #parser = new FrameParser();
  readonly #inbox: Inbox<ParserEvent>;

  constructor(write: ByteChannel['write'], clock: Clock, settings: OnbonSettings) {
    this.#write = write;
    this.#clock = clock;
    this.#settings = settings;
    this.#inbox = new Inbox(clock);
  }

  receive(bytes: Uint8Array): void {
    for (const event of this.#parser.push(bytes)) {
      // A two-wire adapter gives our own requests back, and another screen may answer late.
      if (event.type === 'damaged' || this.#isAnswerToUs(event)) this.#inbox.push(event);
    }
  }

  end(reason: Fault): void {
    this.#inbox.end(reason);
  }

  /** A card acknowledges being switched on, and being on already. Faults: device.*. */
  async identify(): Promise<Result<Identified>> {
    const answered = await this.#ask(switchCommand(true, 'acknowledge'));
    if (!answered.ok) return answered;
    return ok({ identity: `Onbon screen ${this.#settings.screen}`, needs: [] });
  }

  async heartbeat(): Promise<Result<readonly Attention[]>> {
    const answered = await this.#ask(switchCommand(true, 'acknowledge'));
    return answered.ok ? ok([]) : answered;
  }

  show(content: WindowDisplayContent): Promise<Result<void>> {
    return this.#ask(areaCommand(areaOf(content, this.#settings), 'acknowledge'));
  }

  clear(): Promise<Result<void>> {
    return this.#ask(clearCommand('acknowledge'));
  }

  /** To every screen on the line, without an answer: that it was sent is all one knows. */
  async broadcast(command: 'on' | 'off' | 'clear'): Promise<Result<void>> {
    const data = command === 'clear' ? clearCommand('none') : switchCommand(command === 'on', 'none');
    const written = await this.#write(
      encodeFrame({ destination: BROADCAST_SCREEN, source: HOST_ADDRESS, data }),
    );
    if (written.ok) await sleep(this.#clock, onbonDelays.broadcastMs);
    return written;
  }

  #isAnswerToUs(frame: OnbonFrame): boolean {
    if (parseAnswer(frame.data) === null) return false;
    return !this.#settings.answersCarryScreen || frame.source === this.#settings.screen;
  }

  /**
   * Faults: device.silent, device.garbled, device.refused with the card's own error. When the answer was
   * lost and not the request, a repetition is spoken twice: better than a call that nobody hears.
   */
  async #ask(data: Uint8Array): Promise<Result<void>> {
    let last = fault('device.silent');
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (attempt > 1) await sleep(this.#clock, onbonDelays.retryMs);
      const exchange = await this.#exchange(data);
      if ('fault' in exchange) {
        last = exchange.fault;
        if (last.code !== 'device.silent' && last.code !== 'device.garbled') break;
        continue;
      }
      if (exchange.answer.type === 'ack') return ok(undefined);
      const { code, meaning } = exchange.answer;
      last = fault('device.refused', `error ${code}: ${meaning}`);
      // Only these two pass by themselves: a font that is missing is missing the next time too.
      if (code !== ERROR_BUSY && code !== ERROR_CRC) break;
    }
    return err(last);
  }

  async #exchange(data: Uint8Array): Promise<Exchange> {
    this.#parser.reset();
    this.#inbox.clear();
    const written = await this.#write(
      encodeFrame({ destination: this.#settings.screen, source: HOST_ADDRESS, data }),
    );
    if (!written.ok) return { fault: written.fault };
    const event = await this.#inbox.next(() => true, onbonDelays.answerMs);
    if (!event.ok) {
      const isHalf = event.fault.code === 'device.silent' && this.#parser.receivedBytes > 0;
      const received = `${this.#parser.receivedBytes} bytes without an answer`;
      return { fault: isHalf ? fault('device.garbled', received) : event.fault };
    }
    const good = event.value.type === 'frame' ? event.value : await this.#repaired();
    const answer = good === null ? null : parseAnswer(good.data);
    return answer === null ? { fault: fault('device.garbled', 'a damaged answer') } : { answer };
  }

  async #repaired(): Promise<OnbonFrame | null> {
    const next = await this.#inbox.next((event) => event.type === 'frame', onbonDelays.settleMs);
    return next.ok && next.value.type === 'frame' ? next.value : null;
  }
}

/** A call is red where the panel has two colours, and everything else green. */
function areaOf(content: WindowDisplayContent, settings: OnbonSettings): AreaText {
  const profile = onbonProfile(settings.profile);
  if (profile === null) throw new Error(`no Onbon profile ${settings.profile}`);
  const colour = content.flash ? 'red' : 'green';
  const speech = profile.speaks && content.speech !== null ? content.speech : null;
  return {
    width: settings.widthPx / profile.widthUnitPx,
    heightPx: settings.heightPx,
    lines: content.text === null ? [content.ticket] : content.text.zh.split('\n'),
    colour: settings.panel === 'red-green' ? colour : null,
    speech:
      speech === null
        ? null
        : {
            text: speech,
            repeats: settings.speechRepeats,
            volume: settings.volume,
            speed: settings.speechSpeed,
          },
  };
}

import { fault } from '#contract/fault.ts';
import type { OnbonSettings } from '#contract/queue-display.ts';
import { ok } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { Answer, DisplayDialect, DisplayRequest } from '../runtime/display-dialect.ts';
import {
  areaCommand,
  clearCommand,
  ERROR_BUSY,
  ERROR_CRC,
  parseAnswer,
  switchCommand,
  type AreaText,
} from './commands.ts';
import { onbonProfile } from './profiles.ts';
import { BROADCAST_SCREEN, encodeFrame, FrameParser, HOST_ADDRESS, type ParserEvent } from './protocol.ts';

/** Every delay of one exchange. The maker's SDK documents give a card 200 to 300 ms. */
export const onbonDelays = {
  answerMs: 400,
  probeMs: 300,
  /** A card that is busy has drawn by then. */
  retryMs: 200,
  /** Nobody answers a broadcast, and the cards need the time of an answer all the same. */
  broadcastRestMs: 300,
} as const;

/** One screen of an Onbon font card. */
export function onbonDialect(settings: OnbonSettings): DisplayDialect {
  const request = (data: Uint8Array): DisplayRequest => ({
    bytes: encodeFrame({ destination: settings.screen, source: HOST_ADDRESS, data }),
    reader: () => {
      const parser = new FrameParser();
      return { push: (bytes) => firstAnswer(parser.push(bytes), settings) };
    },
  });
  return {
    protocol: 'onbon',
    identity: `Onbon screen ${settings.screen}`,
    delays: onbonDelays,
    answersNameDisplay: settings.answersCarryScreen,
    // A card acknowledges being switched on, and being on already.
    question: request(switchCommand(true, 'acknowledge')),
    show: (content) => ok(request(areaCommand(areaOf(content, settings), 'acknowledge'))),
    clear: request(clearCommand('acknowledge')),
    clearAll: {
      bytes: encodeFrame({
        destination: BROADCAST_SCREEN,
        source: HOST_ADDRESS,
        data: clearCommand('none'),
      }),
      restMs: onbonDelays.broadcastRestMs,
    },
  };
}

function firstAnswer(events: readonly ParserEvent[], settings: OnbonSettings): Answer | null {
  const answers = events.map((event) => answerOf(event, settings)).filter((answer) => answer !== null);
  return answers.find((answer) => answer.type !== 'damaged') ?? answers[0] ?? null;
}

/** null for our own request, which a two-wire adapter gives back, and for another screen's late answer. */
function answerOf(event: ParserEvent, settings: OnbonSettings): Answer | null {
  if (event.type === 'damaged') return event;
  const answer = parseAnswer(event.data);
  if (answer === null) return null;
  if (settings.answersCarryScreen && event.source !== settings.screen) return null;
  if (answer.type === 'ack') return { type: 'taken' };
  const { code, meaning } = answer;
  return {
    type: 'refused',
    fault: fault('device.refused', `error ${code}: ${meaning}`),
    // Only these two pass by themselves: a font that is missing is missing the next time too.
    passes: code === ERROR_BUSY || code === ERROR_CRC,
  };
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

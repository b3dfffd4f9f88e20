import { concat, fromHex, toHex } from '#drivers/codec/bytes.ts';
import { textBlockOf } from '#drivers/id-card-reader/card-image.ts';
import {
  AnswerParser as CardAnswerParser,
  encodeAnswer as encodeCardAnswer,
  MAX_ANSWER_LENGTH,
  TEXT_BYTES,
} from '#drivers/id-card-reader/protocol.ts';
import { syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { parseTextBlock } from '#drivers/id-card-reader/text-block.ts';
import { AnswerParser as ModbusAnswerParser, encodeAnswer } from '#drivers/modbus-display/protocol.ts';
import { encodeFrame, FrameParser, MAX_DATA_BYTES } from '#drivers/onbon-display/protocol.ts';
import { PrinterStatusParser } from '#drivers/receipt-printer/status.ts';
import { decodeContent, MAX_CONTENT_BYTES } from '#drivers/scanner/content.ts';
import { ScanParser, type ScanEvent } from '#drivers/scanner/framing.ts';
import { scannerProfiles, type ScannerProfile } from '#drivers/scanner/profiles.ts';
import { encodeNewlandReply, encodeRegisterReply } from '#drivers/scanner/protocol.ts';
import { chineseBoard } from '#drivers/template-display/examples.ts';
import { templateDialect } from '#drivers/template-display/dialect.ts';
import { bytesOf, integer, noPause, oneOf, type GoodFrame, type ParserUnderProof } from './parser.ts';

/** Everything that reads what a device sends. */

const cardAnswers: ParserUnderProof = {
  name: 'id-card reader: answers',
  shape: 'stream',
  create: () => {
    const parser = new CardAnswerParser();
    return {
      push: (bytes) =>
        parser
          .push(bytes)
          .flatMap((event) => (event.type === 'answer' ? [answerText(event.status, event.data)] : [])),
      pause: noPause,
    };
  },
  frame: (random) => {
    const length = oneOf(random, [0, 0, 4, 8, 16, 28, 70, 1284]);
    const data = bytesOf(random, length);
    const status = integer(random, 0, 255);
    const bytes = encodeCardAnswer(concat([Uint8Array.of(0, 0, status), data]));
    return { bytes, meaning: answerText(status, data) };
  },
  // XOR over a length that is wrong by one bit covers other bytes, and is zero once in 256 times.
  check: 'none',
  resyncBytes: 2 * (MAX_ANSWER_LENGTH + 7),
};

const answerText = (status: number, data: Uint8Array) => `${status}: ${toHex(data)}`;

const textBlocks: ParserUnderProof = {
  name: 'id-card reader: text blocks',
  shape: 'blocks',
  create: () => ({
    push: (bytes) => {
      const meanings: string[] = [];
      for (let at = 0; at < bytes.length; at += TEXT_BYTES) {
        const parsed = parseTextBlock(bytes.subarray(at, at + TEXT_BYTES));
        if (parsed.ok) meanings.push(JSON.stringify(parsed.value));
      }
      return meanings;
    },
    pause: noPause,
  }),
  frame: (random) => {
    const person = syntheticPerson(oneOf(random, ['zhang-jianguo', 'li-xiumei', 'rare-name']));
    const bytes = textBlockOf(person);
    const parsed = parseTextBlock(bytes);
    if (!parsed.ok) throw new Error('a synthetic person does not parse');
    return { bytes, meaning: JSON.stringify(parsed.value) };
  },
  check: 'none',
  resyncBytes: 0,
};

const modbusAnswers: ParserUnderProof = {
  name: 'modbus display: answers',
  shape: 'stream',
  create: () => {
    const parser = new ModbusAnswerParser();
    return { push: (bytes) => parser.push(bytes).map((answer) => JSON.stringify(answer)), pause: noPause };
  },
  frame: (random) => {
    const unit = integer(random, 1, 247);
    const code = oneOf(random, [0x06, 0x10]);
    const answer =
      random() < 0.5
        ? ({ type: 'exception', unit, code, exception: integer(random, 1, 6) } as const)
        : ({
            type: 'written',
            unit,
            code,
            register: integer(random, 0, 0xffff),
            second: integer(random, 0, 0xffff),
          } as const);
    return { bytes: encodeAnswer(answer), meaning: JSON.stringify(answer) };
  },
  check: 'sees-every-bit',
  // Garbage and the beginning of a frame may look like an answer, which takes that frame's bytes with it.
  resyncBytes: 16,
};

const onbonFrames: ParserUnderProof = {
  name: 'Onbon display: frames',
  shape: 'stream',
  create: () => {
    const parser = new FrameParser();
    return {
      push: (bytes) =>
        parser
          .push(bytes)
          .flatMap((event) =>
            event.type === 'frame' ? [frameText(event.destination, event.source, event.data)] : [],
          ),
      pause: noPause,
    };
  },
  frame: (random) => {
    const destination = integer(random, 0, 0xffff);
    const source = integer(random, 0, 0xffff);
    const data = bytesOf(random, oneOf(random, [0, 5, 5, 6, 80, MAX_DATA_BYTES]));
    return {
      bytes: encodeFrame({ destination, source, data }),
      meaning: frameText(destination, source, data),
    };
  },
  check: 'sees-every-bit',
  resyncBytes: 0,
};

const frameText = (destination: number, source: number, data: Uint8Array) =>
  `${source} to ${destination}: ${toHex(data)}`;

const printerAnswers: ParserUnderProof = {
  name: 'receipt printer: answers',
  shape: 'stream',
  create: () => {
    const parser = new PrinterStatusParser();
    return {
      push: (bytes) =>
        parser
          .push(bytes)
          .filter((token) => token.type !== 'junk')
          .map((token) => JSON.stringify(token)),
      pause: noPause,
    };
  },
  frame: (random) => {
    const id = String(integer(random, 0, 9_999)).padStart(4, '0');
    return oneOf<GoodFrame>(random, [
      { bytes: fromHex('12'), meaning: '{"type":"real-time","byte":18}' },
      { bytes: fromHex('7E'), meaning: '{"type":"real-time","byte":126}' },
      { bytes: fromHex('03'), meaning: '{"type":"in-order","byte":3}' },
      { bytes: fromHex('13'), meaning: '{"type":"flow","may":"wait"}' },
      {
        bytes: fromHex('14 00 00 0F'),
        meaning: JSON.stringify({ type: 'automatic', bytes: fromHex('14 00 00 0F') }),
      },
      {
        bytes: concat([fromHex('37 22'), new TextEncoder().encode(id), fromHex('00')]),
        meaning: JSON.stringify({ type: 'process-id', id }),
      },
    ]);
  },
  check: 'none',
  // A text that was torn in the middle takes what follows for its rest, up to the longest text.
  resyncBytes: 160,
};

function scannerCodes(profile: ScannerProfile, label: string): ParserUnderProof {
  return {
    name: `scanner: ${label}`,
    shape: 'stream',
    create: () => {
      const parser = new ScanParser(profile);
      const meanings = (events: readonly ScanEvent[]) =>
        events.flatMap((event) => {
          if (event.type === 'reply') return [`reply ${event.reply.echo ?? ''}`];
          if (event.type !== 'code') return [];
          const code = decodeContent(event.bytes, profile.hasAimId);
          return code.ok ? [`code ${code.value.reveal()}`] : [];
        });
      return { push: (bytes) => meanings(parser.push(bytes)), pause: () => meanings(parser.pause()) };
    },
    frame: (random) => {
      if (profile.engine === 'newland' && random() < 0.3)
        return { bytes: encodeNewlandReply('#SCNTRG1', 'done'), meaning: 'reply SCNTRG1' };
      if (profile.engine === 'register' && random() < 0.3)
        return { bytes: encodeRegisterReply(0), meaning: 'reply ' };
      const text = `${oneOf(random, ['测试码', 'https://example.invalid/'])}${integer(random, 0, 1e9)}`;
      const end = profile.framing.kind === 'idle-gap' ? '' : profile.framing.suffix === 'cr' ? '\r' : '\r\n';
      return { bytes: new TextEncoder().encode(text + end), meaning: `code ${text}` };
    },
    check: 'none',
    resyncBytes: 0,
  };
}

const scanners: readonly ParserUnderProof[] = [
  ...scannerProfiles.map((profile) => scannerCodes(profile, profile.id)),
  ...scannerProfiles
    .filter((profile) => profile.id === 'generic')
    .map((profile) =>
      scannerCodes(
        { ...profile, framing: { kind: 'suffix', suffix: 'crlf', holdMs: 300 }, hasAimId: true },
        'CR LF, with AIM identifiers',
      ),
    ),
];

/** The longest code plus its marks: what a scanner's parser may hold. */
export const LONGEST_CODE_BYTES = MAX_CONTENT_BYTES + 8;

/** A template display's answer is found by the reader of one request: each answer is followed by the next request. */
const templateAnswers: ParserUnderProof = {
  name: 'template display: answers',
  shape: 'request-and-answer',
  create: () => {
    const { reader } = templateDialect(chineseBoard).clear;
    if (reader === null) throw new Error('a board that answers');
    let current = reader();
    return {
      push: (bytes) => {
        const taken: string[] = [];
        for (const byte of bytes) {
          if (current.push(Uint8Array.of(byte)) === null) continue;
          taken.push('taken');
          current = reader();
        }
        return taken;
      },
      pause: noPause,
    };
  },
  frame: () => ({ bytes: fromHex(chineseBoard.answerHex ?? ''), meaning: 'taken' }),
  check: 'none',
  resyncBytes: 0,
};

export const driverParsers: readonly ParserUnderProof[] = [
  cardAnswers,
  textBlocks,
  printerAnswers,
  ...scanners,
  onbonFrames,
  modbusAnswers,
  templateAnswers,
];

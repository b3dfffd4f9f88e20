import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { concat, fromHex, toHex } from '../codec/bytes.ts';
import { addedAddressesOf, photoOf, textBlockOf } from './card-image.ts';
import {
  AnswerParser,
  commands,
  encodeAnswer,
  encodeRequest,
  MANAGE_INFO_BYTES,
  MAX_ANSWER_LENGTH,
  parseAddedAddresses,
  parseCardData,
  parseManageInfo,
  parseSamId,
  setBaudCommand,
  setMaxRfCommand,
  type ParserEvent,
} from './protocol.ts';
import { syntheticPerson } from './synthetic-people.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const answersIn = (events: ParserEvent[]) => events.filter((event) => event.type === 'answer');

describe('requests, against the worked examples of the standard', () => {
  it.each([
    ['resetSam', 'AA AA AA 96 69 00 03 10 FF EC'],
    ['samStatus', 'AA AA AA 96 69 00 03 11 FF ED'],
    ['samId', 'AA AA AA 96 69 00 03 12 FF EE'],
    ['findCard', 'AA AA AA 96 69 00 03 20 01 22'],
    ['selectCard', 'AA AA AA 96 69 00 03 20 02 21'],
    ['readCard', 'AA AA AA 96 69 00 03 30 01 32'],
    ['readCardWithFingerprint', 'AA AA AA 96 69 00 03 30 10 23'],
    ['readAddedAddress', 'AA AA AA 96 69 00 03 30 03 30'],
    ['readManageInfo', 'AA AA AA 96 69 00 03 30 05 36'],
  ] as const)('%s is sent as %s', (name, hex) => {
    expect(toHex(encodeRequest(commands[name]))).toBe(hex);
  });

  it.each([
    [115_200, '60 00 63'],
    [57_600, '60 01 62'],
    [38_400, '60 02 61'],
    [19_200, '60 03 60'],
    [9_600, '60 04 67'],
  ] as const)('the rate %i is set by %s', (baudRate, hex) => {
    expect(toHex(encodeRequest(setBaudCommand(baudRate)))).toBe(`AA AA AA 96 69 00 03 ${hex}`);
  });

  it('the size of an exchange with the card is set by one byte more', () => {
    expect(toHex(encodeRequest(setMaxRfCommand(0x50)))).toBe('AA AA AA 96 69 00 04 61 FF 50 CA');
  });
});

describe('answers, against the worked examples', () => {
  it.each([
    ['no card', 'AA AA AA 96 69 00 04 00 00 80 84', 0x80, ''],
    ['card found', 'AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97', 0x9f, '00 00 00 00'],
    ['selected', 'AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C', 0x90, '00 00 00 00 00 00 00 00'],
    ['no added address', 'AA AA AA 96 69 00 04 00 00 91 95', 0x91, ''],
    ['select failed', 'AA AA AA 96 69 00 04 00 00 81 85', 0x81, ''],
    ['read failed', 'AA AA AA 96 69 00 04 00 00 41 45', 0x41, ''],
  ])('%s', (_what, hex, status, data) => {
    const events = new AnswerParser().push(fromHex(hex));
    expect(events).toEqual([{ type: 'answer', status, data: fromHex(data) }]);
  });

  it('names the module by its SAM id', () => {
    const [event] = new AnswerParser().push(
      fromHex('AA AA AA 96 69 00 14 00 00 90 05 00 01 00 AF DC 32 01 15 CD 5B 07 B1 68 DE 3A 79'),
    );
    expect(event?.type === 'answer' ? parseSamId(event.data) : null).toBe(
      '05.01-20110511-0123456789-0987654321',
    );
  });

  it('is 1295 bytes long when it carries a card', () => {
    expect(cardAnswer()).toHaveLength(1295);
  });
});

describe('the parser', () => {
  const body = fc.uint8Array({ minLength: 3, maxLength: 400 });

  it('gives back what was encoded, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(body, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (bytes, pieces) => {
        const events = pushInPieces(new AnswerParser(), encodeAnswer(bytes), pieces);
        expect(events).toEqual([{ type: 'answer', status: bytes[2], data: bytes.slice(3) }]);
      }),
    );
  });

  it('gives nothing for any truncated frame', () => {
    const frame = encodeAnswer(fromHex('00 00 90 01 02 03 04'));
    for (let length = 0; length < frame.length; length += 1) {
      expect(new AnswerParser().push(frame.subarray(0, length))).toEqual([]);
    }
  });

  it('finds every frame between garbage that cannot be a frame’s start', () => {
    const garbage = fc.uint8Array({ maxLength: 50 }).map((bytes) => bytes.filter((byte) => byte !== 0x96));
    fc.assert(
      fc.property(fc.array(fc.tuple(garbage, body), { minLength: 1, maxLength: 6 }), (items) => {
        const stream = concat(items.flatMap(([junk, bytes]) => [junk, encodeAnswer(bytes)]));
        const events = new AnswerParser().push(stream);
        expect(answersIn(events)).toEqual(
          items.map(([, bytes]) => ({ type: 'answer', status: bytes[2], data: bytes.slice(3) })),
        );
      }),
    );
  });

  it('never takes a status answer with one wrong bit for a good one, and finds the next frame', () => {
    const frame = encodeAnswer(fromHex('00 00 9F 01 02 03 04'));
    // A length that became larger swallows what follows, up to its own end.
    const filler = new Uint8Array(MAX_ANSWER_LENGTH);
    const next = encodeAnswer(fromHex('00 00 80'));
    for (let bit = 5 * 8; bit < frame.length * 8; bit += 1) {
      const damaged = frame.slice();
      const at = Math.floor(bit / 8);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit % 8));
      const events = new AnswerParser().push(concat([damaged, filler, next]));
      expect(answersIn(events), `bit ${bit}`).toEqual([
        { type: 'answer', status: 0x80, data: new Uint8Array(0) },
      ]);
    }
  });

  it('never takes a card with one wrong bit for a good card', () => {
    const frame = cardAnswer();
    for (let bit = 5 * 8; bit < frame.length * 8; bit += 1) {
      const damaged = frame.slice();
      const at = Math.floor(bit / 8);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit % 8));
      for (const event of new AnswerParser().push(damaged)) {
        if (event.type === 'answer') expect(parseCardData(event.data, false), `bit ${bit}`).toBeNull();
      }
    }
  });

  it('refuses a length that no answer has, and finds the frame behind it', () => {
    const events = new AnswerParser().push(
      concat([fromHex('AA AA AA 96 69 FF F0'), encodeAnswer(fromHex('00 00 90'))]),
    );
    expect(events).toEqual([
      { type: 'bad-length', length: 0xfff0 },
      { type: 'answer', status: 0x90, data: new Uint8Array(0) },
    ]);
  });

  it('survives a megabyte of noise without growing, and finds the next frame', () => {
    const parser = new AnswerParser();
    let state = 7;
    const noise = Uint8Array.from({ length: 4096 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    for (let turn = 0; turn < 256; turn += 1) parser.push(noise);
    parser.push(new Uint8Array(2 * MAX_ANSWER_LENGTH));
    expect(answersIn(parser.push(encodeAnswer(fromHex('00 00 90'))))).toHaveLength(1);
  });
});

describe('the parts of a card', () => {
  it('are split by the lengths before them', () => {
    const [event] = new AnswerParser().push(cardAnswer());
    const parts = event?.type === 'answer' ? parseCardData(event.data, false) : null;
    expect(parts?.text).toEqual(textBlockOf(syntheticPerson('li-xiumei')));
    expect(parts?.photo).toEqual(photoOf(3));
  });

  it('with a fingerprint block have a third length', () => {
    const data = concat([
      fromHex('01 00 04 00 02 00'),
      new Uint8Array(256),
      new Uint8Array(1024),
      new Uint8Array(512),
    ]);
    expect(parseCardData(data, true)?.fingerprint).toHaveLength(512);
    expect(parseCardData(data.subarray(1), true)).toBeNull();
  });
});

describe('a card with a fingerprint block', () => {
  it.each([
    [1024, 2321, '09 0A'],
    [512, 1809, '07 0A'],
    [0, 1297, '05 0A'],
  ])('of %i bytes is an answer of %i, and its parts are split', (fingerprintBytes, total, length) => {
    const fingerprint = new Uint8Array(fingerprintBytes).fill(0x46);
    const lengths = Uint8Array.of(0x01, 0x00, 0x04, 0x00, fingerprintBytes >> 8, 0x00);
    const text = textBlockOf(syntheticPerson('li-xiumei'));
    const frame = encodeAnswer(concat([fromHex('00 00 90'), lengths, text, photoOf(3), fingerprint]));
    expect(frame).toHaveLength(total);
    expect(toHex(frame.subarray(5, 7))).toBe(length);
    const [event] = new AnswerParser().push(frame);
    const data = event?.type === 'answer' ? event.data : new Uint8Array(0);
    expect(parseCardData(data, true)).toEqual({ text, photo: photoOf(3), fingerprint });
    expect(parseCardData(data, false)).toBeNull();
    for (let cut = 0; cut < data.length; cut += 1)
      expect(parseCardData(data.subarray(0, cut), true)).toBeNull();
  });
});

describe('added addresses', () => {
  const first = '测试省示范市一街1号';
  const second = '测试省示范市二街2号𠮷';

  it('are one to four fields in an answer of 81 bytes and more', () => {
    expect(encodeAnswer(concat([fromHex('00 00 90'), addedAddressesOf([first])]))).toHaveLength(81);
    expect(parseAddedAddresses(addedAddressesOf([first]))).toEqual([first]);
    expect(parseAddedAddresses(addedAddressesOf([first, second]))).toEqual([first, second]);
  });

  it('of every other length are refused', () => {
    for (let length = 0; length <= 400; length += 1) {
      const isWhole = [70, 140, 210, 280].includes(length);
      expect(parseAddedAddresses(new Uint8Array(length).fill(0x20)) !== null, `${length}`).toBe(isWhole);
    }
  });

  it('padded with zeros are read, an empty field is none, and a torn character is refused', () => {
    expect(parseAddedAddresses(new Uint8Array(70))).toEqual([]);
    const torn = addedAddressesOf([first]);
    torn.set([0x42, 0xd8], 0);
    expect(parseAddedAddresses(torn)).toBeNull();
  });
});

describe('manage info', () => {
  it('is 28 opaque bytes in an answer of 39', () => {
    const info = new Uint8Array(MANAGE_INFO_BYTES).fill(7);
    expect(encodeAnswer(concat([fromHex('00 00 90'), info]))).toHaveLength(39);
    expect(parseManageInfo(info)).toEqual(info);
    expect(parseManageInfo(info.subarray(1))).toBeNull();
  });
});

function cardAnswer(): Uint8Array {
  return encodeAnswer(
    concat([fromHex('00 00 90 01 00 04 00'), textBlockOf(syntheticPerson('li-xiumei')), photoOf(3)]),
  );
}

function pushInPieces(parser: AnswerParser, bytes: Uint8Array, pieces: readonly number[]): ParserEvent[] {
  const events: ParserEvent[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = pieces[turn % pieces.length] ?? 1;
    events.push(...parser.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return events;
}

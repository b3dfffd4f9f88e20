import { describe, expect, it } from 'vitest';
import type { LineDisplayDialect } from '#contract/queue-display.ts';
import { concat, fromHex, toHex, xorOf } from './codec/bytes.ts';
import { crc16Arc, crc16Modbus } from './codec/crc16.ts';
import { encodeGb2312 } from './codec/gb2312.ts';
import { AnswerParser, encodeAnswer, parseCardData, parseSamId } from './id-card-reader/protocol.ts';
import { statusMeaning } from './id-card-reader/status.ts';
import { LineDisplaySimulator } from './line-display/simulator.ts';
import { ModbusDisplaySimulator } from './modbus-display/simulator.ts';
import { FrameParser } from './onbon-display/protocol.ts';
import { OnbonSimulator } from './onbon-display/simulator.ts';
import { PrinterStatusParser } from './receipt-printer/status.ts';
import { SimulatedClock } from './runtime/simulated-clock.ts';
import { crcCcitt, takeReply } from './scanner/protocol.ts';
import { armflyText, numberBoard } from './template-display/examples.ts';
import { readFrame } from './template-display/protocol.ts';

/**
 * The manuals' and the makers' own bytes, read by the side that did not write them. What we write ourselves
 * is held against the same bytes beside its code:
 *
 * | example                                              | test                                     |
 * | ---------------------------------------------------- | ---------------------------------------- |
 * | SAM_V requests (find, select, read, 60 xx, 61 FF …)  | id-card-reader/protocol.test.ts          |
 * | SAM_V answers (none, found, selected, SAM id, 91)    | id-card-reader/protocol.test.ts          |
 * | lengths 1295, 2321, 1809, 1297, 81, 39               | id-card-reader/protocol.test.ts          |
 * | ESC @ and FS &, GS ( k, GS V, ¥ as A3 A4, 𠮷, 㐀       | receipt-printer/encode.test.ts           |
 * | DLE EOT 12, 1E, 72, 7E; ASB; GS ( H; GS I            | receipt-printer/status.test.ts           |
 * | Onbon on, clear, “请A012号”; A0 00, A0 01             | onbon-display/protocol.test.ts           |
 * | Modbus 03 06 …, 01 10 00 70 …                        | modbus-display/protocol.test.ts          |
 * | 05 03 E7 EF, `$001,A012#`                            | template-display/protocol.test.ts        |
 * | CD5220, Epson DM-D, 8-digit LED                      | line-display/protocol.test.ts            |
 * | Newland, register and Honeywell triggers and replies | scanner/protocol.test.ts                 |
 *
 * Not driven, and so not here: the bank readers' and CVR's frames, Alpha signs, `3A colour lo hi info sum 0A`.
 */

describe('SAM_V frames, whole', () => {
  it.each([
    ['reset', '00 03 10 FF EC'],
    ['status', '00 03 11 FF ED'],
    ['SAM id', '00 03 12 FF EE'],
    ['find', '00 03 20 01 22'],
    ['select', '00 03 20 02 21'],
    ['read', '00 03 30 01 32'],
    ['read with fingerprints', '00 03 30 10 23'],
    ['added address', '00 03 30 03 30'],
    ['manage info', '00 03 30 05 36'],
    ['size of an exchange', '00 04 61 FF 50 CA'],
    ['nothing but done', '00 04 00 00 90 94'],
  ])('%s: the exclusive or of length to check is nothing', (_what, hex) => {
    expect(xorOf(fromHex(hex))).toBe(0);
  });

  it.each([
    ['done', '00 04 00 00 90 94', 11, 0x90],
    ['no card', '00 04 00 00 80 84', 11, 0x80],
    ['select failed', '00 04 00 00 81 85', 11, 0x81],
    ['read failed', '00 04 00 00 41 45', 11, 0x41],
    ['no such item', '00 04 00 00 91 95', 11, 0x91],
    ['found', '00 08 00 00 9F 00 00 00 00 97', 15, 0x9f],
    ['selected', '00 0C 00 00 90 00 00 00 00 00 00 00 00 9C', 19, 0x90],
    ['SAM id', '00 14 00 00 90 05 00 01 00 AF DC 32 01 15 CD 5B 07 B1 68 DE 3A 79', 27, 0x90],
  ])('the answer “%s” is written, is as long as the table says, and is read', (_what, hex, total, status) => {
    const frame = concat([fromHex('AA AA AA 96 69'), fromHex(hex)]);
    expect(frame).toHaveLength(total);
    const body = frame.subarray(7, -1);
    expect(toHex(encodeAnswer(body))).toBe(toHex(frame));
    expect(new AnswerParser().push(frame)).toEqual([{ type: 'answer', status, data: body.slice(3) }]);
  });

  it('the SAM id reads as its maker prints it', () => {
    expect(parseSamId(fromHex('05 00 01 00 AF DC 32 01 15 CD 5B 07 B1 68 DE 3A'))).toBe(
      '05.01-20110511-0123456789-0987654321',
    );
  });

  it.each([
    ['30 01', '05 08', '01 00 04 00', 1295, 0],
    ['30 10, 1024 bytes of fingerprints', '09 0A', '01 00 04 00 04 00', 2321, 1024],
    ['30 10, 512 bytes', '07 0A', '01 00 04 00 02 00', 1809, 512],
    ['30 10, none', '05 0A', '01 00 04 00 00 00', 1297, 0],
  ])(
    'a card by %s has the length field %s and %s before its parts',
    (_by, length, lengths, total, prints) => {
      const parts = new Uint8Array(256 + 1024 + prints);
      const frame = encodeAnswer(concat([fromHex('00 00 90'), fromHex(lengths), parts]));
      expect(frame).toHaveLength(total);
      expect(toHex(frame.subarray(5, 7))).toBe(length);
      const [event] = new AnswerParser().push(frame);
      const data = event?.type === 'answer' ? event.data : new Uint8Array(0);
      expect(parseCardData(data, lengths.length > 11)).toMatchObject({
        photo: { length: 1024 },
        fingerprint: { length: prints },
      });
    },
  );

  it.each([
    [0x91, 'go-on'],
    [0x80, 'find-again'],
    [0x81, 'find-again'],
    [0x41, 'find-again'],
    [0x31, 'retry'],
    [0x40, 'give-up'],
    [0x23, 'give-up'],
    [0x60, 'give-up'],
    [0x66, 'give-up'],
  ])('status %i asks for “%s”', (status, action) => {
    expect(statusMeaning(status).action).toBe(action);
  });
});

describe('printers’ answers', () => {
  it.each([
    ['all well', '12', [{ type: 'real-time', byte: 0x12 }]],
    ['near end and end', '7E', [{ type: 'real-time', byte: 0x7e }]],
    [
      'XOFF between two bytes of a status is not lost',
      '12 13 12 11',
      [
        { type: 'real-time', byte: 0x12 },
        { type: 'flow', may: 'wait' },
        { type: 'real-time', byte: 0x12 },
        { type: 'flow', may: 'send' },
      ],
    ],
    ['GS ( H 48, id 0001', '37 22 30 30 30 31 00', [{ type: 'process-id', id: '0001' }]],
    ['automatic status at rest', '10 00 00 00', [{ type: 'automatic', bytes: fromHex('10 00 00 00') }]],
    ['the same with the drawer’s pin', '14 00 00 0F', [{ type: 'automatic', bytes: fromHex('14 00 00 0F') }]],
  ])('%s: %s', (_what, hex, tokens) => {
    expect(new PrinterStatusParser().push(fromHex(hex))).toEqual(tokens);
  });
});

describe('what the maker’s own sender wrote is obeyed by our Onbon card', () => {
  const START = 'A5 A5 A5 A5 A5 A5 A5 A5';
  const ON = `${START} FE FF 00 80 00 00 00 00 00 00 FE 02 06 00 A3 00 01 00 00 01 5D F1 5A`;
  const CLEAR = `${START} FE FF 00 80 00 00 00 00 00 00 FE 02 05 00 A3 10 01 00 00 75 DC 5A`;
  const TEXT =
    `${START} 03 00 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 01 00 00 00 01 23 00 00 00 00 00 00 08 00 10 00 ` +
    '00 00 00 05 00 00 00 00 02 01 02 00 00 08 08 00 00 00 C7 EB 41 30 31 32 BA C5 C4 61 5A';

  it('on, text, clear', () => {
    const simulator = new OnbonSimulator({ clock: new SimulatedClock(), screen: 3 });
    const answers: string[] = [];
    const plug = simulator.attach({ send: (bytes) => answers.push(toHex(bytes)) });
    plug.receive(fromHex(ON));
    expect(simulator.isOn).toBe(true);
    plug.receive(fromHex(TEXT));
    expect(simulator.shown).toEqual({ text: '请A012号', width: 8, heightPx: 16, spoken: null });
    plug.receive(fromHex(CLEAR));
    expect(simulator.shown).toBeNull();
    expect(answers).toHaveLength(3);
  });

  it.each([
    [ON, 'F1 5D'],
    [CLEAR, 'DC 75'],
    [TEXT, '61 C4'],
  ])('and their checks are CRC-16/ARC over the frame', (hex, crc) => {
    const [frame] = new FrameParser().push(fromHex(hex));
    expect(frame?.type).toBe('frame');
    const inside = fromHex(hex).subarray(8, -1);
    expect(crc16Arc(inside.subarray(0, -2)).toString(16).toUpperCase()).toBe(crc.replace(' ', ''));
  });

  it('GB2312 of its text', () => {
    expect(toHex(encodeGb2312('请A012号'))).toBe('C7 EB 41 30 31 32 BA C5');
  });
});

describe('what pymodbus wrote is obeyed by our windows', () => {
  it.each([
    [3, '03 06 00 00 00 0C 88 2D', 12, ''],
    [1, '01 10 00 70 00 02 04 41 30 31 32 74 FD', null, 'A012'],
  ])('unit %i: %s', (unit, hex, number, text) => {
    const simulator = new ModbusDisplaySimulator({ clock: new SimulatedClock(), unit });
    const answers: Uint8Array[] = [];
    simulator.attach({ send: (bytes) => answers.push(bytes) }).receive(fromHex(hex));
    expect([simulator.number, simulator.text]).toEqual([number, text]);
    // Clauses 6.6 and 6.12: unit, function, register, and the value or the count.
    const [answer] = answers;
    expect(toHex(answer?.subarray(0, 6) ?? new Uint8Array(0))).toBe(hex.slice(0, 17));
    expect(crc16Modbus(answer ?? new Uint8Array(1))).toBe(0);
  });
});

describe('small dialects', () => {
  it('05 03 E7 EF is 999 on board 5', () => {
    expect(readFrame(numberBoard, fromHex('05 03 E7 EF'))).toEqual({ number: 999, texts: [] });
  });

  it('$001,A012# is A012 on armfly window 1', () => {
    const reading = readFrame(armflyText, new TextEncoder().encode('$001,A012#'));
    expect(new TextDecoder().decode(reading?.texts[0])).toBe('A012');
  });

  it.each<[string, LineDisplayDialect, string, readonly string[]]>([
    ['ESC Q A, upper line', 'cd5220', '1B 51 41 41 30 31 32 0D', ['A012', '']],
    ['ESC Q B, lower line', 'cd5220', '1B 51 42 41 30 31 32 0D', ['', 'A012']],
    ['ESC l x y', 'cd5220', '1B 6C 03 02 41', ['', '  A']],
    ['CAN clears its line', 'cd5220', '41 0B 18', ['', '']],
    ['CLR after ESC Q', 'cd5220', '1B 51 41 41 0D 0C 42', ['B', '']],
    ['US $ x y', 'epson-dm-d', '1F 24 02 02 41', ['', ' A']],
    ['ESC = 2, then text', 'epson-dm-d', '1B 3D 02 41', ['A', '']],
    ['brightness and cursor leave the text', 'epson-dm-d', '1F 58 02 1B 5F 00 41', ['A', '']],
    ['digits of a 客显', 'led-8', '1B 51 41 30 31 32 0D', ['012']],
  ])('%s on a %s: %s', (_what, dialect, hex, lines) => {
    const simulator = new LineDisplaySimulator(dialect);
    simulator.attach({ send: () => undefined }).receive(fromHex(hex));
    expect(simulator.lines.map((line) => line.trimEnd())).toEqual(lines);
  });
});

describe('scan engines', () => {
  it.each([
    ['08 01 00 02 01', 0x02da],
    ['00 00 01 00', 0x3331],
    ['00 01 01 00', 0x0401],
    ['00 03 01 00', 0x6a61],
  ])('the CRC of %s is the manual’s', (hex, crc) => {
    expect(crcCcitt(fromHex(hex))).toBe(crc);
  });

  it('an acknowledgement before the code leaves exactly the code', () => {
    const line = concat([fromHex('02 00 00 01 00 33 31'), new TextEncoder().encode('A012')]);
    const reply = takeReply('register', line);
    expect(typeof reply === 'string' ? reply : line.subarray(reply.byteCount)).toEqual(
      new TextEncoder().encode('A012'),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { displayTemplateSchema, type DisplayTemplate } from '#contract/queue-display.ts';
import { concat, toHex } from '../codec/bytes.ts';
import { everyWrongBit, inPieces } from '../codec/damage.ts';
import { decodeGb2312 } from '../codec/gb2312.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { armflyText, chineseBoard, numberBoard } from './examples.ts';
import { encodeBlank, encodeContent, readFrame } from './protocol.ts';
import { TemplateDisplaySimulator } from './simulator.ts';

const contentOf = (ticket: string, zh: string | null): WindowDisplayContent => ({
  ticket,
  window: '3',
  text: zh === null ? null : { zh, en: zh },
  flash: false,
  speech: null,
});

function frameOf(template: DisplayTemplate, ticket: string, zh: string | null): Uint8Array {
  const frame = encodeContent(template, contentOf(ticket, zh));
  if (!frame.ok) throw new Error(frame.fault.detail ?? frame.fault.code);
  return frame.value;
}

function simulatorAfter(template: DisplayTemplate, pieces: Iterable<Uint8Array>): TemplateDisplaySimulator {
  const simulator = new TemplateDisplaySimulator(new SimulatedClock(), template);
  const plug = simulator.attach({ send: () => undefined });
  for (const piece of pieces) plug.receive(piece);
  return simulator;
}

describe('frames of the examples', () => {
  it('show 999 on board 5', () => {
    expect(toHex(frameOf(numberBoard, 'A999', null))).toBe('05 03 E7 EF');
  });

  it('show A012 on an armfly window', () => {
    expect(new TextDecoder().decode(frameOf(armflyText, 'A012', null))).toBe('$001,A012#');
  });

  it('carry GB2312, padded, between prefix and suffix', () => {
    const hex = toHex(frameOf(chineseBoard, 'A012', '请A012号'));
    expect(hex).toMatch(/^AA 55 02 C7 EB 41 30 31 32 BA C5( 20){16} .. .. 0D$/);
  });

  it.each([
    ['xor', '41 42 03'],
    ['sum8', '41 42 83'],
    ['crc16-modbus', '41 42 B1 D1'],
    ['crc16-arc', '41 42 B0 61'],
  ] as const)('end with the check that is asked for: %s', (kind, hex) => {
    const frame = frameOf(
      {
        address: 0x41,
        parts: [
          { part: 'address', as: 'byte' },
          { part: 'text', of: 'ticket', encoding: 'ascii', maxBytes: 1, pad: 'none' },
          { part: 'check', kind, order: 'low-first', fromPart: 0 },
        ],
        answerHex: null,
      },
      'B',
      null,
    );
    expect(toHex(frame)).toBe(hex);
  });

  it('refuse what does not fit, and always have a blank', () => {
    const refusal = (template: DisplayTemplate, ticket: string) => {
      const frame = encodeContent(template, contentOf(ticket, ticket));
      return frame.ok ? 'fits' : frame.fault.code;
    };
    expect(refusal(numberBoard, 'A10000')).toBe('device.refused');
    expect(refusal(numberBoard, 'VIP')).toBe('device.refused');
    expect(refusal(chineseBoard, '号'.repeat(13))).toBe('device.refused');
    for (const template of [numberBoard, armflyText, chineseBoard])
      expect(encodeBlank(template).ok).toBe(true);
  });
});

describe.each([
  ['number', numberBoard],
  ['ASCII', armflyText],
  ['Chinese', chineseBoard],
] as const)('a display of the %s example', (_name, template) => {
  const frame = frameOf(template, 'A012', '请A012号');

  it('reads any ticket, in whatever pieces it comes', () => {
    const ticket = fc.integer({ min: 0, max: 9_999 });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(ticket, sizes, (number, pieces) => {
        const whole = frameOf(template, `A${number}`, `请${number}号`);
        const { shown, frameCount } = simulatorAfter(template, inPieces(whole, pieces));
        expect(frameCount).toBe(1);
        if (template === numberBoard) expect(shown?.number).toBe(number);
        else
          expect(decodeGb2312(shown?.texts[0] ?? new Uint8Array(0)).trimEnd()).toBe(
            template === armflyText ? `A${number}` : `请${number}号`,
          );
      }),
    );
  });

  it('reads no truncated frame', () => {
    for (let length = 0; length < frame.length; length += 1)
      expect(readFrame(template, frame.subarray(0, length))).toBeNull();
  });

  it('finds the frame behind garbage in which no frame begins', () => {
    const firstBytes = [0x05, 0x24, 0xaa];
    const junk = fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => bytes.filter((byte) => !firstBytes.includes(byte)));
    fc.assert(
      fc.property(junk, (bytes) => {
        expect(simulatorAfter(template, [concat([bytes, frame])]).shown).toEqual(readFrame(template, frame));
      }),
    );
  });
});

describe('a check', () => {
  it.each([
    ['sum', numberBoard],
    ['CRC', chineseBoard],
  ] as const)('keeps every frame with one wrong bit out: %s', (_name, template) => {
    for (const damaged of everyWrongBit(frameOf(template, 'A012', '请A012号')))
      expect(readFrame(template, damaged), toHex(damaged)).toBeNull();
  });
});

describe('a template', () => {
  it('is refused when it makes no sense', () => {
    const issues = (template: unknown) => displayTemplateSchema.safeParse(template).success;
    const [address, number] = numberBoard.parts;
    expect([numberBoard, armflyText, chineseBoard].map(issues)).toEqual([true, true, true]);
    expect(issues({ ...numberBoard, parts: [address, address] })).toBe(false);
    expect(issues({ ...numberBoard, parts: [number, { ...numberBoard.parts[2], fromPart: 1 }] })).toBe(false);
    expect(issues({ ...armflyText, parts: [armflyText.parts[3], armflyText.parts[3]] })).toBe(false);
    expect(issues({ ...numberBoard, answerHex: '0' })).toBe(false);
  });
});

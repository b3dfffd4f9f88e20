import { describe, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { err } from '#contract/result.ts';
import { MemoryLine } from '../channel/memory.ts';
import type { DeviceSimulator } from '../channel/simulator.ts';
import { concat } from '../codec/bytes.ts';
import { inPieces } from '../codec/damage.ts';
import { textBlockOf } from '../id-card-reader/card-image.ts';
import { CardReader } from '../id-card-reader/driver.ts';
import { encodeAnswer, encodeRequest, commands } from '../id-card-reader/protocol.ts';
import {
  CardReaderSimulator,
  EXAMPLE_SAM_ID,
  FRANK_MODULE,
  type CardReaderFaultKind,
} from '../id-card-reader/simulator.ts';
import { syntheticPerson } from '../id-card-reader/synthetic-people.ts';
import { SAM_V } from '../id-card-reader/profiles.ts';
import { cardReaderMask } from '../id-card-reader/trace-mask.ts';
import { ReceiptPrinter } from '../receipt-printer/driver.ts';
import { noRareGlyphs } from '../receipt-printer/rare-glyphs.ts';
import { printerProfile } from '../receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '../receipt-printer/simulator.ts';
import { printerMask } from '../receipt-printer/trace-mask.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { encodeNewlandReply, encodeTrigger } from '../scanner/protocol.ts';
import { scannerMask } from '../scanner/trace-mask.ts';
import { render, tracedChannel, type TraceDirection, type TraceMask } from './trace.ts';

const person = syntheticPerson('zhang-jianguo');
const NAME = person.name;
const NUMBER = person.number;
/** 张建国 in GB18030 (GB 2312 plane), written out: the encoder under test must not vouch for itself. */
const NAME_GB18030 = Uint8Array.of(0xd5, 0xc5, 0xbd, 0xa8, 0xb9, 0xfa);

const hex = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');

/** Every two characters of name and number, in every coding in which a line carries them. */
function secrets(): string[] {
  const found: string[] = [];
  const address = 'address' in person ? (person.address ?? '') : '';
  for (const text of [NAME, NUMBER, person.birthday, address]) {
    for (let at = 0; at + 2 <= text.length; at += 1) {
      const pair = text.slice(at, at + 2);
      found.push(hex(new Uint8Array(Buffer.from(pair, 'utf16le'))));
      if (at + 4 <= text.length) found.push(hex(new TextEncoder().encode(text.slice(at, at + 4))));
      if (/[^\d]/.test(pair)) found.push(pair);
    }
  }
  for (let at = 0; at + 4 <= NAME_GB18030.length; at += 2) found.push(hex(NAME_GB18030.subarray(at, at + 4)));
  return found;
}

/** Sentences of the trace with everything taken out by which a secret could be hidden from the search. */
function leaksIn(lines: readonly string[]): string[] {
  const shown = lines.join('\n').replace(/<\d+>/g, '#');
  const packed = shown.replaceAll(/[ \n]/g, '');
  const text = Buffer.from(packed.replaceAll('#', ''), 'hex').toString('latin1');
  return [
    ...secrets().filter((secret) => packed.includes(secret)),
    ...(text.includes(NUMBER) ? [NUMBER] : []),
  ];
}

function traced(simulator: DeviceSimulator, clock: SimulatedClock, mask: () => TraceMask) {
  const lines: string[] = [];
  const line = new MemoryLine(simulator, clock);
  const say = (direction: TraceDirection, text: string) =>
    lines.push(`${direction === 'to-device' ? '>' : '<'} ${text}`);
  return { lines, line, open: tracedChannel(line.open, { mask, isOn: () => true, say }) };
}

function shownOf(mask: TraceMask, direction: TraceDirection, pieces: Iterable<Uint8Array>): string {
  return [...pieces].map((piece) => render(piece, mask.shows(direction, piece))).join(' ');
}

describe('the test itself', () => {
  it('finds a name that is there', () => {
    expect(leaksIn([render(NAME_GB18030, [true, true, true, true, true, true])])).not.toEqual([]);
    const block = textBlockOf(person);
    expect(leaksIn([render(block, new Array<boolean>(block.length).fill(true))])).not.toEqual([]);
  });
});

describe('the trace of a card reader', () => {
  it.each([null, 115_200, 9_600])(
    'shows framing and status, and nothing of the card (%s baud)',
    async (baudRate) => {
      const clock = new SimulatedClock();
      const simulator = new CardReaderSimulator({
        clock,
        samId: EXAMPLE_SAM_ID,
        baudRate,
        habits: FRANK_MODULE,
      });
      const { lines, open } = traced(simulator, clock, cardReaderMask);
      let read = 0;
      const reader = new CardReader({
        clock,
        open,
        profile: SAM_V,
        onStatus: () => undefined,
        onCard: () => (read += 1),
        onCardFault: () => undefined,
      });
      simulator.placeCard(person);
      reader.start();
      reader.watch(true);
      await clock.advance(10_000);
      expect(read).toBe(1);
      expect(lines).toContain('> AA AA AA 96 69 00 03 30 01 32');
      const told = lines.join(' ');
      expect(told).toMatch(/AA AA AA 96 69/);
      if (baudRate === null) expect(lines).toContain('< AA AA AA 96 69 05 08 00 00 90 <1285>');
      expect(leaksIn(lines)).toEqual([]);
      await reader.close();
    },
  );

  it.each(['garbage', 'wrong-checksum', 'frame-too-long', 'half-frame', 'torn-text'] as const)(
    'shows nothing of the card when its answer is spoilt: %s',
    async (kind: CardReaderFaultKind) => {
      const clock = new SimulatedClock();
      const simulator = new CardReaderSimulator({
        clock,
        samId: EXAMPLE_SAM_ID,
        baudRate: null,
        habits: FRANK_MODULE,
      });
      const { lines, open } = traced(simulator, clock, cardReaderMask);
      const reader = new CardReader({
        clock,
        open,
        profile: SAM_V,
        onStatus: () => undefined,
        onCard: () => undefined,
        onCardFault: () => undefined,
      });
      simulator.placeCard(person);
      simulator.setFault({ kind, during: 'read' });
      reader.start();
      reader.watch(true);
      await clock.advance(20_000);
      expect(leaksIn(lines)).toEqual([]);
      await reader.close();
    },
  );

  it('hides a card that comes without a frame, cut anywhere, or behind half a frame', () => {
    const block = textBlockOf(person);
    const frame = encodeAnswer(concat([Uint8Array.of(0, 0, 0x90), block]));
    for (let cut = 0; cut < frame.length; cut += 1) {
      for (const stream of [frame.subarray(cut), concat([frame.subarray(0, cut), frame, block])]) {
        expect(leaksIn([shownOf(cardReaderMask(), 'from-device', inPieces(stream, [7, 1, 64]))])).toEqual([]);
      }
    }
  });

  it('hides what the host writes when it is no request', () => {
    const mask = cardReaderMask();
    expect(shownOf(mask, 'to-device', [textBlockOf(person)])).toBe('<256>');
    expect(shownOf(mask, 'to-device', [encodeRequest(commands.samId)])).toBe('AA AA AA 96 69 00 03 12 FF EE');
    const withTail = concat([encodeRequest(commands.samId), Uint8Array.of(0x39)]);
    expect(shownOf(mask, 'to-device', [withTail])).toBe('<11>');
  });
});

describe('the trace of a printer', () => {
  const document = receiptDocumentSchema.parse({
    nodes: [
      { type: 'text', text: `申请人 ${NAME}`, bold: true },
      { type: 'row', left: '证件号码', right: NUMBER },
      { type: 'text', text: `生僻字 㛃𠮷 ${NAME}` },
      { type: 'qr', data: `${NAME}${NUMBER}` },
      { type: 'text', text: NAME, size: 'double' },
    ],
  });

  it.each(['generic-80', 'epson-80', 'generic-58'])(
    'shows commands and status, and nothing that is printed (%s)',
    async (id) => {
      const clock = new SimulatedClock();
      const profile = printerProfile(id);
      if (profile === null) throw new Error(id);
      const simulator = new ReceiptPrinterSimulator({
        clock,
        profile,
        name: 'TM',
        lineMs: 1,
        afterStop: 'continue',
      });
      const { lines, line, open } = traced(simulator, clock, printerMask);
      const printer = new ReceiptPrinter({
        clock,
        open,
        profile,
        rare: noRareGlyphs,
        paper: { isUnfinished: false },
        onStatus: () => undefined,
      });
      printer.start();
      await clock.advance(1_000);
      const printed = printer.print(document);
      await clock.advance(10_000);
      expect((await printed).end).toBe('printed');
      expect(
        leaksIn(
          line.written.map((bytes) =>
            render(
              bytes,
              [...bytes].map(() => true),
            ),
          ),
        ),
      ).not.toEqual([]);
      expect(leaksIn(lines)).toEqual([]);
      expect(lines).toContain('> 10 04 01');
      expect(lines.join(' ')).toContain('1B 40');
      await printer.close();
    },
  );

  it('hides all after a command that it does not know, until the next ESC @', () => {
    const mask = printerMask();
    const job = concat([Uint8Array.of(0x1b, 0x40, 0x1b, 0x99), NAME_GB18030]);
    expect(shownOf(mask, 'to-device', [job])).toBe('1B 40 <8>');
    expect(shownOf(mask, 'to-device', [Uint8Array.of(0x1b, 0x61, 0x01)])).toBe('<3>');
    expect(shownOf(mask, 'to-device', [Uint8Array.of(0x1b, 0x40)])).toBe('1B 40');
  });

  it('hides the echo of a line that is shorted', () => {
    const mask = printerMask();
    const job = concat([Uint8Array.of(0x1b, 0x40), NAME_GB18030, new TextEncoder().encode(NUMBER)]);
    for (const sizes of [[1], [2], [3, 1], [64]]) {
      expect(leaksIn([shownOf(mask, 'from-device', inPieces(job, sizes))])).toEqual([]);
    }
    expect(shownOf(mask, 'from-device', [new TextEncoder().encode('2626')])).toBe('<4>');
  });

  it('shows the answers to status requests', () => {
    const mask = printerMask();
    shownOf(mask, 'to-device', [Uint8Array.of(0x10, 0x04, 0x04)]);
    expect(shownOf(mask, 'from-device', [Uint8Array.of(0x72)])).toBe('72');
    expect(shownOf(mask, 'from-device', [Uint8Array.of(0x10, 0x08, 0x60, 0x0f)])).toBe('10 08 60 0F');
  });
});

describe('the trace of a scanner', () => {
  it('shows triggers and replies, and of a code its length', () => {
    const mask = scannerMask('newland');
    const trigger = encodeTrigger('newland', true) ?? new Uint8Array(0);
    expect(shownOf(mask, 'to-device', [trigger])).toMatch(/^7E 01 30 30 30 30/);
    expect(shownOf(mask, 'from-device', [encodeNewlandReply('SCNTRG1', 'done')])).toMatch(/^02 01 30 30/);
    const code = new TextEncoder().encode(`${NUMBER}\r`);
    expect(shownOf(mask, 'from-device', [code])).toBe('<19>');
    expect(shownOf(mask, 'from-device', [encodeNewlandReply(NUMBER, 'done')])).toMatch(/^<\d+>$/);
    expect(shownOf(mask, 'from-device', [concat([encodeNewlandReply('SCNTRG1', 'done'), code])])).toMatch(
      /^<\d+>$/,
    );
  });
});

describe('a traced line', () => {
  it('keeps what its channel can do, and passes faults on', async () => {
    const open = Object.assign(() => Promise.resolve(err(fault('device.port-busy'))), {
      whenPlugged: () => undefined,
    });
    const wrapped = tracedChannel(open, { mask: cardReaderMask, isOn: () => true, say: () => undefined });
    expect(wrapped.whenPlugged).toBe(open.whenPlugged);
    const opened = await wrapped({ onData: () => undefined, onClose: () => undefined });
    expect(opened).toMatchObject({ ok: false, fault: { code: 'device.port-busy' } });
  });
});

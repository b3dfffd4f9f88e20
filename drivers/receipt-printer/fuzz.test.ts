import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { concat, fromHex } from '../codec/bytes.ts';
import { everyWrongBit, inPieces } from '../codec/damage.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { readCommand } from './command-stream.ts';
import { encodeReceipt } from './encode.ts';
import { printerProfile } from './profiles.ts';
import { RealTimeScanner, type RealTimeCommand } from './real-time-scanner.ts';
import { ReceiptPrinterSimulator } from './simulator.ts';
import { PrinterStatusParser, type PrinterToken } from './status.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

/** Every kind of answer, and what it is. */
const answers: readonly (readonly [hex: string, type: PrinterToken['type']])[] = [
  ['12', 'real-time'],
  ['72', 'real-time'],
  ['00', 'in-order'],
  ['0C', 'in-order'],
  ['10 00 00 00', 'automatic'],
  ['3C 48 0F 00', 'automatic'],
  ['37 22 31 32 33 34 00', 'process-id'],
  ['5F 54 4D 2D 54 38 38 00', 'text'],
  ['11', 'flow'],
  ['13', 'flow'],
];
const anyAnswers = fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 12 });
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const streamOf = (chosen: readonly (readonly [string, string])[]) =>
  concat(chosen.map(([hex]) => fromHex(hex)));

describe('the parser of a printer’s answers', () => {
  it('finds the same in one piece and in any pieces', () => {
    fc.assert(
      fc.property(anyAnswers, pieces, (chosen, sizes) => {
        const parser = new PrinterStatusParser();
        const tokens = [...inPieces(streamOf(chosen), sizes)].flatMap((piece) => parser.push(piece));
        expect(tokens.map(({ type }) => type)).toEqual(chosen.map(([, type]) => type));
      }),
    );
  });

  it('hears XON and XOFF in the middle of an answer, and the answer too', () => {
    for (const [hex, type] of answers.filter(([, kind]) => kind !== 'flow')) {
      const whole = fromHex(hex);
      for (let at = 1; at < whole.length; at += 1) {
        const mixed = concat([whole.subarray(0, at), Uint8Array.of(0x13), whole.subarray(at)]);
        expect(new PrinterStatusParser().push(mixed).map((token) => token.type)).toEqual(['flow', type]);
      }
    }
  });

  it.each(answers.map(([hex]) => hex))(
    '%s with any bit wrong or cut off anywhere, costs at most itself',
    (hex) => {
      const whole = fromHex(hex);
      const damaged = [
        ...everyWrongBit(whole),
        ...Array.from(whole, (_, length) => whole.subarray(0, length)),
      ];
      for (const bytes of damaged) {
        const parser = new PrinterStatusParser();
        parser.push(bytes);
        // A torn answer ends at the first byte that cannot belong to it, which a real-time answer is.
        expect(parser.push(fromHex('12 12')).at(-1)).toEqual({ type: 'real-time', byte: 0x12 });
        expect(parser.push(fromHex('10 00 00 00')).at(-1)?.type).toBe('automatic');
      }
    },
  );

  it('finds the good answer behind any garbage, and holds little', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), pieces, (noise, sizes) => {
        const parser = new PrinterStatusParser();
        for (const piece of inPieces(noise, sizes)) parser.push(piece);
        expect(parser.push(fromHex('12 12')).at(-1)).toEqual({ type: 'real-time', byte: 0x12 });
        expect(parser.push(fromHex('37 22 30 30 34 32 00')).at(-1)).toEqual({
          type: 'process-id',
          id: '0042',
        });
      }),
    );
  });

  it('forgets an answer that was never finished when it is told to', () => {
    const parser = new PrinterStatusParser();
    parser.push(fromHex('5F 41 42'));
    parser.reset();
    expect(parser.push(fromHex('72'))).toEqual([{ type: 'real-time', byte: 0x72 }]);
  });
});

describe('the simulator’s reading of its input', () => {
  it('takes real-time commands out of any stream in any pieces, and leaves every other byte', () => {
    const commands: readonly (readonly [string, RealTimeCommand | null])[] = [
      ['10 04 01', { name: 'EOT', n: 1 }],
      ['10 05 02', { name: 'ENQ', n: 2 }],
      ['10 14 08 01 03 14 01 06 02 08', { name: 'DC4', n: 8 }],
      ['41', null],
      ['1B 40', null],
      ['10 06', null],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...commands), { maxLength: 15 }), pieces, (chosen, sizes) => {
        const obeyed: RealTimeCommand[] = [];
        const scanner = new RealTimeScanner((command) => obeyed.push(command));
        const rest = concat(
          [...inPieces(streamOf(chosen.map(([hex]) => [hex, ''])), sizes)].map((piece) =>
            scanner.pass(piece),
          ),
        );
        expect(obeyed).toEqual(chosen.flatMap(([, command]) => command ?? []));
        expect(rest).toEqual(
          streamOf(chosen.filter(([, command]) => command === null).map(([hex]) => [hex, ''])),
        );
      }),
    );
  });

  it('gives up nothing that only looked like the beginning of a command', () => {
    const scanner = new RealTimeScanner(() => expect.unreachable());
    expect(scanner.pass(fromHex('10 10 10 06 10 04 09 10 14 08 02'))).toEqual(
      fromHex('10 10 10 06 10 04 09 10 14 08 02'),
    );
  });

  it('cuts any bytes into commands without throwing, and always gets on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (let at = 0; at < bytes.length;) {
          const read = readCommand(bytes, at);
          if (read === 'incomplete') break;
          expect(read.end).toBeGreaterThan(at);
          at = read.end;
        }
      }),
    );
  });

  it('lives through every truncation and every wrong bit of a slip, and answers afterwards', () => {
    const profile = printerProfile('epson-80');
    if (profile === null) throw new Error('epson-80');
    const slip = encodeReceipt(
      receiptDocumentSchema.parse({
        nodes: [
          { type: 'text', text: '回执' },
          { type: 'barcode', data: '20261121' },
          { type: 'qr', data: 'Q' },
        ],
      }),
      profile,
    ).bytes;
    const damaged = [...everyWrongBit(slip), ...Array.from(slip, (_, length) => slip.subarray(0, length))];
    for (const bytes of damaged) {
      const clock = new SimulatedClock();
      const simulator = new ReceiptPrinterSimulator({
        clock,
        profile,
        name: '',
        lineMs: 0,
        afterStop: 'continue',
      });
      const sent: number[] = [];
      const plug = simulator.attach({ send: (out) => sent.push(...out) });
      plug.receive(bytes);
      plug.receive(fromHex('10 04 01 10 04 01 10 04 01'));
      expect(sent.at(-1)).toBe(0x12);
    }
  });
});

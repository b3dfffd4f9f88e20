import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { concat, fromHex } from '../codec/bytes.ts';
import { MAX_CONTENT_BYTES } from './content.ts';
import { ScanParser, type ScanEvent } from './framing.ts';
import { scannerProfile, type ScannerFraming, type ScannerProfile } from './profiles.ts';
import { encodeNewlandReply, encodeRegisterReply } from './protocol.ts';

// Thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const utf8 = (text: string) => new TextEncoder().encode(text);
const CR = Uint8Array.of(0x0d);
const NEWLAND_REPLY = encodeNewlandReply('#SCNTRG1', 'done');
const REGISTER_REPLY = encodeRegisterReply(0);

const suffix = (end: 'cr' | 'crlf'): ScannerFraming => ({ kind: 'suffix', suffix: end, holdMs: 300 });
const gap: ScannerFraming = { kind: 'idle-gap', gapMs: 80 };

function profile(id: string, framing: ScannerFraming): ScannerProfile {
  const base = scannerProfile(id);
  if (base === null) throw new Error(`no profile ${id}`);
  return { ...base, framing };
}

const codesIn = (events: readonly ScanEvent[]) =>
  events.flatMap((event) => (event.type === 'code' ? [new TextDecoder().decode(event.bytes)] : []));
const types = (events: readonly ScanEvent[]) => events.map((event) => event.type);

/** Whatever a code may hold: no line end (it is the suffix here), no STX, not empty. */
const content = fc
  .uint8Array({ minLength: 1, maxLength: 80 })
  .map((bytes) => bytes.map((byte) => (byte === 0x0d || byte === 0x0a || byte === 0x02 ? 0x41 : byte)));
const pieceSizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });

describe('framing by suffix', () => {
  it.each(['cr', 'crlf'] as const)('%s: gives back every code, in whatever pieces it comes', (end) => {
    const tail = end === 'cr' ? CR : fromHex('0D 0A');
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 5 }), pieceSizes, (codes, sizes) => {
        const stream = concat(codes.flatMap((code) => [code, tail]));
        const events = pushInPieces(new ScanParser(profile('generic', suffix(end))), stream, sizes);
        expect(events).toEqual(codes.map((bytes) => ({ type: 'code', bytes })));
      }),
    );
  });

  it('takes acknowledgements out wherever they stand: before, between, in the middle and behind', () => {
    const engines = fc.constantFrom(
      ['newland', NEWLAND_REPLY] as const,
      ['register', REGISTER_REPLY] as const,
    );
    fc.assert(
      fc.property(
        engines,
        content,
        content,
        fc.nat(),
        pieceSizes,
        ([id, reply], first, second, cut, sizes) => {
          const at = cut % (second.length + 1);
          const stream = concat([
            reply,
            first,
            CR,
            reply,
            second.subarray(0, at),
            reply,
            second.subarray(at),
            CR,
            reply,
          ]);
          const events = pushInPieces(new ScanParser(profile(id, suffix('cr'))), stream, sizes);
          expect(events.filter((event) => event.type === 'code').map((event) => event.bytes)).toEqual([
            first,
            second,
          ]);
          expect(events.filter((event) => event.type === 'reply')).toHaveLength(4);
        },
      ),
    );
  });

  it('gives no code for any truncation, and calls it torn when the line falls silent', () => {
    const whole = utf8('https://example.invalid/t/0001');
    for (let length = 1; length <= whole.length; length += 1) {
      const parser = new ScanParser(profile('newland', suffix('cr')));
      expect(parser.push(whole.subarray(0, length))).toEqual([]);
      expect(parser.pause()).toEqual([{ type: 'torn', byteCount: length }]);
      expect(parser.isHolding).toBe(false);
      expect(codesIn(parser.push(utf8('next\r')))).toEqual(['next']);
    }
  });

  it('gives no code for any truncated acknowledgement', () => {
    for (const [id, reply] of [
      ['newland', NEWLAND_REPLY],
      ['register', REGISTER_REPLY],
    ] as const) {
      for (let length = 1; length < reply.length; length += 1) {
        const parser = new ScanParser(profile(id, suffix('cr')));
        expect([...parser.push(reply.subarray(0, length)), ...parser.pause()]).toEqual([
          { type: 'torn', byteCount: length },
        ]);
        expect(codesIn(parser.push(utf8('next\r')))).toEqual(['next']);
      }
    }
  });

  it('an acknowledgement with one wrong bit spoils at most the code behind it, never the one after', () => {
    for (const [id, reply] of [
      ['newland', NEWLAND_REPLY],
      ['register', REGISTER_REPLY],
    ] as const) {
      for (let bit = 0; bit < reply.length * 8; bit += 1) {
        const damaged = reply.slice();
        const at = Math.floor(bit / 8);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit % 8));
        const parser = new ScanParser(profile(id, suffix('cr')));
        const events = parser.push(concat([damaged, utf8('first\rsecond\r')]));
        expect(codesIn(events).at(-1), `${id} bit ${bit}`).toBe('second');
      }
    }
  });

  it('takes CR LF where CR is set, and says torn where CR LF is set and CR comes', () => {
    const lenient = new ScanParser(profile('generic', suffix('cr')));
    expect(codesIn(lenient.push(utf8('one\r\ntwo\r\n')))).toEqual(['one', 'two']);
    expect(lenient.isHolding).toBe(false);
    const strict = new ScanParser(profile('generic', suffix('crlf')));
    expect(types([...strict.push(utf8('one\r')), ...strict.pause()])).toEqual(['torn']);
  });

  it('gives nothing for a suffix alone', () => {
    expect(new ScanParser(profile('generic', suffix('cr'))).push(utf8('\r\r\n\r'))).toEqual([]);
  });

  it('gives the longest code, and says once that one is too long', () => {
    const longest = new Uint8Array(MAX_CONTENT_BYTES).fill(0x41);
    for (const end of ['cr', 'crlf'] as const) {
      const tail = end === 'cr' ? CR : fromHex('0D 0A');
      const parser = new ScanParser(profile('generic', suffix(end)));
      expect(types(parser.push(concat([utf8(']Q1'), longest, tail])))).toEqual(['code']);
      expect(types(parser.push(concat([longest, longest, longest, tail, utf8('next'), tail])))).toEqual([
        'too-long',
        'code',
      ]);
    }
  });
});

describe('framing by silence', () => {
  it('gives back a code with its line ends taken off, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(content, fc.constantFrom('', '\r', '\r\n'), pieceSizes, (bytes, end, sizes) => {
        const parser = new ScanParser(profile('register', gap));
        expect(pushInPieces(parser, concat([REGISTER_REPLY, bytes, utf8(end)]), sizes)).toHaveLength(1);
        expect(parser.pause()).toEqual([{ type: 'code', bytes }]);
        expect(parser.pause()).toEqual([]);
      }),
    );
  });

  it('an acknowledgement that stops in the middle is torn, and no code', () => {
    const parser = new ScanParser(profile('newland', gap));
    parser.push(NEWLAND_REPLY.subarray(0, 9));
    expect(parser.pause()).toEqual([{ type: 'torn', byteCount: 9 }]);
  });

  it('a stream without silence is bounded, and the code after the next silence is found', () => {
    const parser = new ScanParser(profile('generic', gap));
    expect(types(parser.push(new Uint8Array(100_000).fill(0x41)))).toEqual(['too-long']);
    expect(parser.pause()).toEqual([]);
    parser.push(utf8('next'));
    expect(codesIn(parser.pause())).toEqual(['next']);
  });
});

describe('noise', () => {
  it.each(['newland', 'register', 'generic'])('%s: between codes hides none that has its own end', (id) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), content, (junk, code) => {
        const parser = new ScanParser(profile(id, suffix('cr')));
        parser.push(junk);
        parser.pause();
        const events = parser.push(concat([code, CR]));
        expect(events).toEqual([{ type: 'code', bytes: code }]);
      }),
    );
  });

  it.each([
    ['newland', suffix('cr')],
    ['register', gap],
    ['generic', suffix('crlf')],
  ] as const)('%s: a million bytes of it do not throw, and the next code is found', (id, framing) => {
    const parser = new ScanParser(profile(id, framing));
    let state = 7;
    const noise = Uint8Array.from({ length: 65_536 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    for (let turn = 0; turn < 16; turn += 1) parser.push(noise);
    parser.pause();
    const events = [...parser.push(utf8('next\r\n')), ...parser.pause()];
    expect(codesIn(events)).toEqual(['next']);
  });
});

function pushInPieces(parser: ScanParser, bytes: Uint8Array, sizes: readonly number[]): ScanEvent[] {
  const events: ScanEvent[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    events.push(...parser.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return events;
}

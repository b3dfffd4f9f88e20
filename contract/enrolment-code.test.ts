import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayEnrolmentCode, makeEnrolmentCode, parseEnrolmentCode } from './enrolment-code.ts';

const codes = fc.uint8Array({ minLength: 15, maxLength: 15 }).map(makeEnrolmentCode);
const places = fc.nat({ max: 15 });

describe('an enrolment code', () => {
  it('is read back as a person types it', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const typed = displayEnrolmentCode(code);
        expect(typed).toMatch(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
        const slips = typed.toLowerCase().replace(/0/g, 'o').replace(/1/g, 'l').replace(/-/g, ' – ');
        for (const text of [typed, slips, ` ${code}\n`, typed.replace(/1/g, 'I'), typed.replace(/-/g, '－')])
          expect(parseEnrolmentCode(text)).toBe(code);
      }),
    );
  });

  it('is refused with any one symbol wrong', () => {
    fc.assert(
      fc.property(
        codes,
        places,
        fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
        (code, at, symbol) => {
          fc.pre(code[at] !== symbol);
          expect(parseEnrolmentCode(code.slice(0, at) + symbol + code.slice(at + 1))).toBeNull();
        },
      ),
    );
  });

  it('is refused with any two symbols exchanged', () => {
    fc.assert(
      fc.property(codes, places, places, (code, one, other) => {
        fc.pre(code[one] !== code[other]);
        const symbols = [...code];
        symbols[one] = code.charAt(other);
        symbols[other] = code.charAt(one);
        expect(parseEnrolmentCode(symbols.join(''))).toBeNull();
      }),
    );
  });

  it.each(['', 'U', 'ABCD-EFGH', 'ABCD-EFGH-JKMN-PQRU', '一二三四'.repeat(4), 'A'.repeat(1_000_000)])(
    'is not made of %.20s',
    (typed) => {
      expect(parseEnrolmentCode(typed)).toBeNull();
    },
  );

  it('is another one each time', () => {
    const made = new Set(Array.from({ length: 100 }, () => makeEnrolmentCode(randomBytes(15))));
    expect(made.size).toBe(100);
  });
});

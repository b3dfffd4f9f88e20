import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountFromParts, partsFromAmount } from './amount-parts.ts';
import { dateFromParts, partsFromDate } from './date-parts.ts';

describe('dates in parts', () => {
  it.each([
    ['date', '1945-03-12'],
    ['month', '1990-01'],
    ['datetime', '2026-09-01T00:05'],
  ] as const)('a %s comes back as it went in', (kind, value) => {
    expect(dateFromParts(kind, partsFromDate(value))).toBe(value);
  });

  it('half of one is not quietly completed', () => {
    expect(dateFromParts('date', { ...partsFromDate(undefined), year: '1990' })).toBe('1990-00-00');
  });

  it('nothing typed is no answer, and a time that is missing is not midnight', () => {
    expect(dateFromParts('datetime', partsFromDate(undefined))).toBeNull();
    expect(dateFromParts('datetime', partsFromDate('2026-09-01'))).toBe('2026-09-01T:');
  });
});

describe('amounts in parts', () => {
  it('a digit behind the point is jiao, noughts behind it are nothing', () => {
    expect(amountFromParts({ yuan: '1200', fen: '5' })).toBe('1200.50');
    expect(amountFromParts({ yuan: '1200', fen: '00' })).toBe('1200');
    expect(amountFromParts({ yuan: '', fen: '50' })).toBe('0.50');
    expect(amountFromParts({ yuan: '007', fen: '' })).toBe('7');
    expect(amountFromParts({ yuan: '', fen: '' })).toBeNull();
  });

  it('every amount comes back as it went in', () => {
    fc.assert(
      fc.property(fc.nat({ max: 99_999_999 }), fc.integer({ min: 0, max: 99 }), (yuan, fen) => {
        const amount = fen === 0 ? String(yuan) : `${String(yuan)}.${String(fen).padStart(2, '0')}`;
        expect(amountFromParts(partsFromAmount(amount))).toBe(amount);
      }),
    );
  });
});

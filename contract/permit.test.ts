import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  makePermitCode,
  permitBegins,
  permitEnds,
  permitHours,
  PERMIT_SLACK_MS,
  readPermitCode,
  type Permit,
  type PermitMac,
} from './permit.ts';

const macBy =
  (secret: string): PermitMac =>
  (text) =>
    createHmac('sha256', secret).update(text).digest();
const mac = macBy('a secret');
const HOUR_MS = 3_600_000;

const permits = fc.record({
  startHour: fc.integer({ min: 400_000, max: 900_000 }),
  hours: fc.constantFrom(...permitHours),
  role: fc.constantFrom('staff', 'technician', 'auditor'),
  serial: fc.integer({ min: 0, max: 1023 }),
});
const permit: Permit = { startHour: 498_000, hours: 8, role: 'technician', serial: 7 };
const begins = permitBegins(permit);
const code = makePermitCode('K1-01', permit, mac);
const read = (typed = code, nowMs = begins, terminal = 'K1-01', by = mac) =>
  readPermitCode(typed, terminal, nowMs, by);

describe('a code of sixteen digits', () => {
  it('says again what it was made of, within its hours, however it is typed', () => {
    fc.assert(
      fc.property(permits, fc.double({ min: 0, max: 0.999, noNaN: true }), (given, part) => {
        const made = makePermitCode('K1-01', given, mac);
        expect(made).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/);
        const nowMs = Math.floor(permitBegins(given) + part * given.hours * HOUR_MS);
        for (const typed of [made, made.replaceAll(' ', ''), made.replaceAll(' ', '-')])
          expect(readPermitCode(typed, 'K1-01', nowMs, mac)).toEqual({ kind: 'good', permit: given });
      }),
    );
  });

  it('is one of this terminal, by this secret, and no other', () => {
    expect(read().kind).toBe('good');
    expect(read(code, begins, 'K1-02').kind).toBe('wrong');
    expect(read(code, begins, 'K1-01', macBy('another')).kind).toBe('wrong');
  });

  it('is wrong with any digit changed, and with any two neighbours exchanged', () => {
    const digits = code.replaceAll(' ', '');
    for (let at = 0; at < digits.length; at += 1) {
      for (const digit of '0123456789') {
        if (digit === digits[at]) continue;
        expect(read(digits.slice(0, at) + digit + digits.slice(at + 1)).kind).toBe('wrong');
      }
      if (at > 0 && digits[at] !== digits[at - 1])
        expect(read(digits.slice(0, at - 1) + digits[at] + digits[at - 1] + digits.slice(at + 1)).kind).toBe(
          'wrong',
        );
    }
  });

  it.each(['', ' ', '1234', `${code}1`, 'abcdefghijklmnop', '９'.repeat(16), '9'.repeat(16), '0'.repeat(16)])(
    '%j is none',
    (typed) => {
      expect(read(typed).kind).toBe('wrong');
    },
  );
});

describe('by the clock of the terminal', () => {
  it.each([
    ['half an hour slow', begins - PERMIT_SLACK_MS, 'good'],
    ['slower', begins - PERMIT_SLACK_MS - 1, 'early'],
    ['ten days slow', begins - 10 * 24 * HOUR_MS, 'early'],
    ['a month slow', begins - 30 * 24 * HOUR_MS, 'clock'],
    ['at 1970', 0, 'wrong'],
    ['a year ahead', begins + 365 * 24 * HOUR_MS, 'clock'],
    ['at its end', permitEnds(permit), 'good'],
    ['half an hour behind its end', permitEnds(permit) + PERMIT_SLACK_MS, 'over'],
    ['a week behind its end', permitEnds(permit) + 7 * 24 * HOUR_MS, 'over'],
  ])('%s', (_what, nowMs, kind) => {
    expect(read(code, nowMs).kind).toBe(kind);
  });
});

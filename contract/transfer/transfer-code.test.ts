import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTransferCode, TRANSFER_SECRET_BYTES, transferCode } from './transfer-code.ts';

const secrets = fc.uint8Array({ minLength: TRANSFER_SECRET_BYTES, maxLength: TRANSFER_SECRET_BYTES });
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('a transfer code', () => {
  it('has at least 128 bits, in groups of five', () => {
    expect(TRANSFER_SECRET_BYTES * 8).toBeGreaterThanOrEqual(128);
    expect(transferCode(new Uint8Array(TRANSFER_SECRET_BYTES))).toMatch(/^[0-9A-Z]{5}(-[0-9A-Z]{5}){7}$/);
  });

  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(parseTransferCode(transferCode(secret))).toEqual({ ok: true, value: secret });
      }),
    );
  });

  it('is forgiving: case, separators, full width, and the letters that look like digits', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const typed = transferCode(secret)
          .toLowerCase()
          .replaceAll('-', ' . ')
          .replaceAll('0', 'o')
          .replace('1', 'l')
          .replace('1', 'I')
          .replaceAll('7', '７');
        expect(parseTransferCode(typed)).toEqual({ ok: true, value: secret });
      }),
    );
  });

  it('shows every wrong character, and names its group', () => {
    fc.assert(
      fc.property(secrets, fc.nat(39), fc.integer({ min: 1, max: 31 }), (secret, place, by) => {
        const code = transferCode(secret).replaceAll('-', '');
        const was = ALPHABET.indexOf(code.charAt(place));
        const wrong = code.slice(0, place) + ALPHABET.charAt((was + by) % 32) + code.slice(place + 1);
        expect(parseTransferCode(wrong)).toMatchObject({
          ok: false,
          fault: { code: 'transfer.code-garbled', detail: `group ${Math.floor(place / 5) + 1} of 8` },
        });
      }),
    );
  });

  it('shows two characters of a group that changed places', () => {
    fc.assert(
      fc.property(secrets, fc.nat(7), fc.nat(3), (secret, group, place) => {
        const code = transferCode(secret).replaceAll('-', '');
        const at = group * 5 + place;
        fc.pre(code[at] !== code[at + 1]);
        const swapped = code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2);
        expect(parseTransferCode(swapped).ok).toBe(false);
      }),
    );
  });

  it('shows two groups that changed places', () => {
    fc.assert(
      fc.property(secrets, fc.nat(6), (secret, group) => {
        const groups = transferCode(secret).split('-');
        const moved = groups.map((_, index) =>
          index === group ? groups[group + 1] : index === group + 1 ? groups[group] : groups[index],
        );
        expect(parseTransferCode(moved.join('-')).ok).toBe(false);
      }),
    );
  });

  it.each(['', '12345', '-'.repeat(1000), `${transferCode(new Uint8Array(20))}0`, 'UUUUU'])(
    'refuses %j by name',
    (typed) => {
      expect(parseTransferCode(typed)).toMatchObject({
        ok: false,
        fault: { code: 'transfer.code-garbled' },
      });
    },
  );
});

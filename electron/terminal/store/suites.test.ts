import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { suites } from './suites.ts';

const all = Object.values(suites);

describe.each(all)('the suite $id', (suite) => {
  const key = randomBytes(suite.keyBytes);

  it('is there in plain Node', () => {
    expect(suite.isAvailable()).toBe(true);
  });

  it.each([0, 1, 15, 16, 17, 2048])('gives %i bytes back, and shows none of them', (length) => {
    const plain = new Uint8Array(length).fill(0x41);
    const sealed = suite.seal(key, plain, 'outbox|a|1', randomBytes);
    expect(suite.open(key, sealed, 'outbox|a|1')).toEqual(Buffer.from(plain));
    if (length >= 15) expect(Buffer.from(sealed).includes('A'.repeat(8))).toBe(false);
  });

  it('opens a value only with its own key and binding, whole and unchanged', () => {
    const sealed = suite.seal(key, Buffer.from('secret'), 'outbox|a|1', randomBytes);
    expect(suite.open(key, sealed, 'outbox|b|1')).toBeNull();
    expect(suite.open(randomBytes(suite.keyBytes), sealed, 'outbox|a|1')).toBeNull();
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Uint8Array.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(suite.open(key, changed, 'outbox|a|1'), `byte ${index}`).toBeNull();
      expect(suite.open(key, sealed.subarray(0, index), 'outbox|a|1'), `cut at ${index}`).toBeNull();
    }
  });

  it('never seals the same bytes to the same bytes', () => {
    const once = suite.seal(key, Buffer.from('secret'), 'a', randomBytes);
    expect(Buffer.from(suite.seal(key, Buffer.from('secret'), 'a', randomBytes)).equals(once)).toBe(false);
  });

  it('derives a key of its length, another one for each purpose', () => {
    const one = suite.derive(key, 'one');
    expect(one).toHaveLength(suite.keyBytes);
    expect(suite.derive(key, 'two')).not.toEqual(one);
    expect(suite.derive(key, 'one')).toEqual(one);
  });
});

describe('the library’s SM ciphers', () => {
  it('keep the worked examples of GB/T 32907 (A.1) and GB/T 32905 (A.1)', () => {
    const block = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
    const cipher = createCipheriv('sm4-ecb', block, null).setAutoPadding(false);
    expect(Buffer.concat([cipher.update(block), cipher.final()]).toString('hex')).toBe(
      '681edf34d206965e86b3e94f536e4246',
    );
    expect(createHash('sm3').update('abc').digest('hex')).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });
});

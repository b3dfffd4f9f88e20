import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyProtection, openSealingKey, type KeyStoreOptions, type SafeStoragePort } from './key-store.ts';

const key = Uint8Array.from({ length: 32 }, (_, index) => index);

/** A keyring that turns the text round, so that what is on the disk is not the key. */
function keyring(backend: string, available = true): SafeStoragePort {
  const turn = (text: string) => [...text].reverse().join('');
  return {
    isEncryptionAvailable: () => available,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: (text) => Promise.resolve(Buffer.from(`wrapped:${turn(text)}`)),
    decryptStringAsync: (bytes) => {
      const text = bytes.toString();
      return text.startsWith('wrapped:')
        ? Promise.resolve({ result: turn(text.slice(8)) })
        : Promise.reject(new Error('not ours'));
    },
  };
}

describe('where the key is safe', () => {
  test.each([
    ['linux', 'gnome_libsecret', true, 'keyring'],
    ['linux', 'kwallet6', true, 'keyring'],
    ['linux', 'basic_text', true, 'key-file'],
    ['linux', 'unknown', true, 'key-file'],
    ['linux', 'gnome_libsecret', false, 'key-file'],
    ['win32', 'basic_text', true, 'keyring'],
    ['win32', '', false, 'key-file'],
  ] as const)('%s with %s (available: %s) → %s', (platform, backend, available, expected) => {
    expect(keyProtection(keyring(backend, available), platform)).toBe(expected);
  });

  test('the backend is not asked for where only Linux has one', () => {
    const throwing = {
      isEncryptionAvailable: () => true,
      getSelectedStorageBackend: (): string => {
        throw new Error('not on this platform');
      },
    };
    expect(keyProtection(throwing, 'win32')).toBe('keyring');
  });
});

describe('the sealing key', () => {
  let dir = '';
  let options: KeyStoreOptions;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'yizhan-key-'));
    options = {
      safeStorage: keyring('gnome_libsecret'),
      platform: 'linux',
      hasKeyFile: false,
      openKeyFile: () => ({ ok: true, value: Uint8Array.of(7) }),
      wrappedKeyFile: join(dir, 'sealing.key.wrapped'),
      randomBytes: () => key,
      mayCreate: true,
    };
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('is made once, and found again', async () => {
    expect(await openSealingKey(options)).toEqual({ ok: true, value: key });
    const again = { ...options, mayCreate: false, randomBytes: () => new Uint8Array(32) };
    expect(await openSealingKey(again)).toEqual({ ok: true, value: key });
  });

  test('lies wrapped on the disk, readable by nobody else, with no half-written copy', async () => {
    await openSealingKey(options);
    expect((await readFile(options.wrappedKeyFile)).toString()).not.toContain(
      Buffer.from(key).toString('base64'),
    );
    expect((await stat(options.wrappedKeyFile)).mode & 0o077).toBe(0);
    expect(await readdir(dir)).toEqual(['sealing.key.wrapped']);
  });

  test('that is missing is never replaced once something is sealed with it', async () => {
    const result = await openSealingKey({ ...options, mayCreate: false });
    expect(result).toMatchObject({ ok: false, fault: { code: 'store.key-missing' } });
    expect(await readdir(dir)).toEqual([]);
  });

  test('that another keyring wrapped is a fault, and stays as it is', async () => {
    await writeFile(options.wrappedKeyFile, 'of another machine');
    expect(await openSealingKey(options)).toMatchObject({ ok: false, fault: { code: 'store.key-missing' } });
    expect((await readFile(options.wrappedKeyFile)).toString()).toBe('of another machine');
  });

  test('comes from the key file where there is no keyring, and where there is a file', async () => {
    const noKeyring = { ...options, safeStorage: keyring('basic_text') };
    expect(await openSealingKey(noKeyring)).toEqual({ ok: true, value: Uint8Array.of(7) });
    expect(await openSealingKey({ ...options, hasKeyFile: true })).toEqual({
      ok: true,
      value: Uint8Array.of(7),
    });
    expect(await readdir(dir)).toEqual([]);
  });
});

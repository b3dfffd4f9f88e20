import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isNewEnough,
  manifestText,
  MAX_MANIFEST_BYTES,
  readManifest,
  signedParcelText,
  type Manifest,
} from './parcel.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const verifies = (text: string, signature: string): boolean =>
  verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'));
const signed = (text: string, key = privateKey): string =>
  sign(null, Buffer.from(text), key).toString('base64');
const read = (text: string, signature = signed(signedParcelText(text))) =>
  readManifest(text, signature, verifies);

const manifest: Manifest = {
  format: 'yizhan-parcel-1',
  kind: 'configuration',
  version: '2026.11.1',
  madeAt: '2026-11-23T00:00:00.000Z',
  file: { name: 'layer.yaml', bytes: 120, sha256: 'a'.repeat(64) },
};

test('a signed manifest is what it says', () => {
  expect(read(manifestText(manifest))).toEqual({ ok: true, value: manifest });
});

describe('what was not signed as a parcel by the key is none', () => {
  const text = manifestText(manifest);
  test.each<[string, string]>([
    ['by a stranger', signed(signedParcelText(text), stranger.privateKey)],
    ['over the manifest without its context', signed(text)],
    ['over another manifest', signed(signedParcelText(text.replace('2026.11.1', '2026.11.2')))],
    ['no base64 of 64 bytes', 'A'.repeat(87)],
    ['nothing', ''],
  ])('%s', (_what, signature) => {
    expect(read(text, signature)).toMatchObject({ ok: false, fault: { code: 'parcel.signature-wrong' } });
  });
});

describe('what is signed, and no manifest all the same, is refused by name', () => {
  const file = manifest.file;
  test.each<[string, string, string]>([
    ['no JSON', 'yizhan', 'parcel.malformed'],
    ['with a line end', `${manifestText(manifest)}\n`, 'parcel.malformed'],
    ['a key twice', manifestText(manifest).replace('"kind"', '"kind":"program","kind"'), 'parcel.malformed'],
    ['a key that nobody knows', manifestText({ ...manifest, ...{ force: true } }), 'parcel.malformed'],
    [
      'a version that leads out of its folder',
      manifestText({ ...manifest, version: '../1' }),
      'parcel.malformed',
    ],
    [
      'a file that lies elsewhere',
      manifestText({ ...manifest, file: { ...file, name: '../x' } }),
      'parcel.malformed',
    ],
    ['too long', 'x'.repeat(MAX_MANIFEST_BYTES + 1), 'parcel.malformed'],
    [
      'a file longer than its kind may be',
      manifestText({ ...manifest, file: { ...file, bytes: 262_145 } }),
      'parcel.too-large',
    ],
  ])('%s', (_what, text, code) => {
    expect(read(text)).toMatchObject({ ok: false, fault: { code } });
  });
});

test('whatever is signed is a manifest or a fault, and never thrown', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(read(text).ok).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test.each<[string, string, boolean]>([
  ['1.2.3', '1.2.3', true],
  ['1.10.0', '1.9.9', true],
  ['2.0.0', '1.99.99', true],
  ['1.2.2', '1.2.3', false],
  ['0.9.9', '1.0.0', false],
  ['1.2.3-rc.1', '1.2.3', false],
])('program %s can take what needs %s: %s', (program, needs, can) => {
  expect(isNewEnough(program, needs)).toBe(can);
});

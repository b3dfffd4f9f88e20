import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { createSignatureSync, verifySignature } from 'http-message-sig';
import { httpbis } from 'http-message-signatures';
import { describe, expect, it } from 'vitest';
import { requestSignature } from '#contract/terminal-identity.ts';
import { deviceKey, makeStoredKey, type DeviceKey } from './device-key.ts';
import { contentDigest, signRequest, type UnsignedRequest } from './sign-request.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 17, 30);
const put: UnsignedRequest = {
  method: 'PUT',
  url: 'https://district.example:8443/yizhan/v1/applications/x/revisions/1?a=%E4%B8%80&b',
  headers: { accept: 'application/json', 'content-type': 'application/json' },
  body: '{"一":1}',
};
const get: UnsignedRequest = {
  method: 'GET',
  url: 'http://127.0.0.1/v1/catalogue/items',
  headers: {},
  body: null,
};

function publicKeyObject({ publicKey: { kty, crv, x } }: DeviceKey) {
  return createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
}

/** By the other library. */
function oracle(request: UnsignedRequest, headers: Record<string, string>, key: DeviceKey) {
  const message = {
    kind: 'request' as const,
    method: request.method,
    targetUri: request.url,
    fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
  };
  return verifySignature(message, {
    label: 'terminal',
    policy: {
      algorithms: ['ed25519'],
      requiredComponents: [
        ...requestSignature.components,
        ...(request.body === null ? [] : requestSignature.bodyComponents),
      ],
      requiredParameters: [...requestSignature.parameters],
      now: NOW_MS / 1000,
      maxAge: requestSignature.windowSeconds,
    },
    resolveVerifier: () => ({
      algorithm: 'ed25519',
      verify: (base, signature) => verify(null, base, publicKeyObject(key), signature),
    }),
  });
}

describe('a signed request', () => {
  const key = deviceKey(makeStoredKey());

  it.each([
    ['with a body', put],
    ['with bytes', { ...put, body: new Uint8Array([0, 255, 10, 13]) }],
    ['without a body', get],
  ])('%s is what another library takes for one', async (_what, request) => {
    const headers = await signRequest(request, [key], NOW_MS, randomBytes);
    const verified = await oracle(request, headers, key);
    expect(verified.parameters).toMatchObject({
      keyid: key.keyId,
      alg: 'ed25519',
      tag: 'yizhan-terminal',
      created: NOW_MS / 1000,
    });
  });

  it.each<[string, (request: UnsignedRequest) => UnsignedRequest]>([
    ['another path', (request) => ({ ...request, url: request.url.replace('v1', 'v2') })],
    ['another query', (request) => ({ ...request, url: request.url.replace('&b', '&c') })],
    ['another host', (request) => ({ ...request, url: request.url.replace('8443', '443') })],
    ['another method', (request) => ({ ...request, method: 'POST' })],
  ])('is none for %s', async (_what, alter) => {
    const headers = await signRequest(put, [key], NOW_MS, randomBytes);
    await expect(oracle(alter(put), headers, key)).rejects.toThrow();
    await expect(oracle(put, { ...headers, 'content-type': 'text/plain' }, key)).rejects.toThrow();
    await expect(oracle(put, headers, deviceKey(makeStoredKey()))).rejects.toThrow();
  });

  it('has another nonce each time, and one signature for each key', async () => {
    const other = deviceKey(makeStoredKey());
    const inputs = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const headers = await signRequest(get, [key, other], NOW_MS, randomBytes);
        return headers['Signature-Input'] ?? '';
      }),
    );
    const nonces = inputs.flatMap((input) =>
      [...input.matchAll(/nonce="([^"]+)"/g)].map((match) => match[1]),
    );
    expect(new Set(nonces).size).toBe(40);
    expect(inputs[0]).toContain(`keyid="${key.keyId}"`);
    expect(inputs[0]).toContain(`keyid="${other.keyId}"`);
  });

  it('carries nothing of the private key', async () => {
    const stored = makeStoredKey();
    const headers = await signRequest(put, [deviceKey(stored)], NOW_MS, randomBytes);
    expect(JSON.stringify(headers)).not.toContain(stored.d);
  });
});

describe('RFC 9421 B.2.6, Ed25519', () => {
  // The key test-key-ed25519 of B.1.4, the request of B.2 and the values of B.2.6.
  const key = deviceKey({
    kty: 'OKP',
    crv: 'Ed25519',
    x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
    d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
  });
  const message = {
    method: 'POST',
    url: 'https://example.com/foo?param=Value&Pet=dog',
    headers: {
      host: 'example.com',
      date: 'Tue, 20 Apr 2021 02:07:55 GMT',
      'content-type': 'application/json',
      'content-length': '18',
    },
  };
  const fields = ['date', '@method', '@path', '@authority', 'content-type', 'content-length'];
  const signature =
    'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';

  it('is what the signing library makes', async () => {
    const signed = await httpbis.signMessage(
      {
        name: 'sig-b26',
        key: { id: 'test-key-ed25519', sign: (base) => Promise.resolve(key.sign(base)) },
        fields,
        params: ['created', 'keyid'],
        paramValues: { created: new Date(1618884473_000) },
      },
      message,
    );
    expect(new Headers(signed.headers).get('signature')).toBe(`sig-b26=:${signature}:`);
  });

  it('is what the oracle makes', () => {
    const signed = createSignatureSync(
      {
        kind: 'request',
        method: message.method,
        targetUri: message.url,
        fields: Object.entries(message.headers).map(([name, value]) => ({ name, value })),
      },
      {
        label: 'sig-b26',
        components: fields,
        parameters: { created: 1618884473, keyid: 'test-key-ed25519' },
        signer: { algorithm: 'ed25519', sign: (base) => key.sign(base) },
      },
    );
    expect(signed.signature).toBe(`sig-b26=:${signature}:`);
  });
});

it('a key’s name is its thumbprint (RFC 8037 appendix A.3)', () => {
  const { keyId } = deviceKey({
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  });
  expect(keyId).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

it('a digest is that of RFC 9530, appendix B.1', () => {
  expect(contentDigest('{"hello": "world"}\n')).toBe(
    'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
  );
});

import { gzipSync } from 'node:zlib';
import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import { DESK_TOKEN, OTHER_TERMINAL, TERMINAL, TEST_NOW_MS } from '#platform/for-tests.ts';
import { digestOf, signedBy, testTerminal, type PlainRequest } from '#platform/identity/for-tests.ts';
import { addressOf, signedRequest, type Filling, type Operation } from './operations.ts';

/** Stands in every hostile text: no answer may say it again. */
export const MARK = 'HOSTILE7f3a';

/** A kind of malformed request, and one of it; bytes go out as they are, over a line of their own. */
export type Attack = { readonly kind: string } & (
  | { readonly request: PlainRequest }
  | { readonly bytes: Uint8Array; readonly thenEnd: boolean }
  /** Sent once before; the answer to the second one counts. */
  | { readonly twice: PlainRequest }
);

type Bytes = Uint8Array<ArrayBuffer>;
const encode = (text: string): Bytes => new TextEncoder().encode(text);

/** Everything of a body that may be replaced, by its path. */
function pathsIn(node: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const members = typeof node === 'object' && node !== null ? Object.entries(node) : [];
  return [path, ...members.flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

/** The body with something else at the path; `undefined` takes it away. */
function replaced(node: unknown, path: readonly string[], by: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by(node);
  const copy: Record<string, unknown> | unknown[] = Array.isArray(node) ? [...node] : { ...(node as object) };
  const members = copy as Record<string, unknown>; // an index is a key as well
  members[key] = replaced(members[key], rest, by);
  return Array.isArray(copy) ? copy.filter((member) => member !== undefined) : copy;
}

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

/** What one member of a body may be instead of what it is. */
const members: Readonly<Record<string, (old: unknown) => unknown>> = {
  'a member is missing': () => undefined,
  'null instead': () => null,
  'true instead': () => true,
  'a whole number instead': () => 7,
  'a negative number instead': () => -1,
  'half a number instead': () => 0.5,
  'a number beyond exactness': () => 2 ** 60,
  'a number beyond every integer': () => 1e308,
  'an empty text': () => '',
  'a text of blanks': () => '   ',
  'NaN as a text': () => 'NaN',
  'a number as a text': () => '1e5',
  'an overlong text': () => MARK.repeat(1000),
  'an unknown word': () => `${MARK}-word`,
  'SQL instead': () => `'; DROP TABLE application; -- ${MARK}`,
  'HTML instead': () => `<img src=x onerror=${MARK}>`,
  'a path instead': () => `../../../etc/${MARK}`,
  'an impossible day': () => '2026-02-30',
  'an impossible instant': () => '2026-13-01T25:61:61Z',
  'the year zero': () => '0000-01-01T00:00:00Z',
  'an empty list': () => [],
  'an empty object': () => ({}),
  'a list around it': (old) => [old],
  'an object around it': (old) => ({ [MARK]: old }),
  'a list of ten thousand': (old) => Array.from({ length: 10_001 }, () => old),
  'forty lists in each other': () => deep(40),
  'a field too many': (old) =>
    typeof old === 'object' && old !== null && !Array.isArray(old) ? { ...old, [MARK]: 1 } : undefined,
  'U+0000 in a text': (old) => (typeof old === 'string' ? `${old}\0` : `\0${MARK}`),
  'half a surrogate pair': (old) => (typeof old === 'string' ? `${old}\ud800` : `\udc00${MARK}`),
  'U+0000 in a name': (old) =>
    typeof old === 'object' && old !== null && !Array.isArray(old) ? { ...old, ['\0']: 1 } : `\0`,
};

/** What no value can be written as, put in the place of a member as text. */
const RAW = '@@raw@@';
const rawMembers: Readonly<Record<string, (old: string) => string | null>> = {
  'a number over every measure': () => '1e999',
  'ten thousand lists in each other': () => '['.repeat(10_000) + ']'.repeat(10_000),
  'NaN as a word': () => 'NaN',
  'Infinity as a word': () => '-Infinity',
  'undefined as a word': () => 'undefined',
  'a number with a leading zero': () => '007',
  'a hexadecimal number': () => '0x10',
  'a text in single quotes': () => `'${MARK}'`,
  'a text with a line break': () => '"a\nb"',
  'a comment': (old) => `/* ${MARK} */ ${old}`,
  'a comma too many': (old) =>
    /^[{[].+[}\]]$/s.test(old) ? `${old.slice(0, -1)},${old.slice(-1)}` : `${old},`,
  'a name twice': (old) => doubled(old, (name) => name),
  'a name twice, once escaped': (old) =>
    doubled(old, (name) => `"\\u${(name.codePointAt(1) ?? 0).toString(16).padStart(4, '0')}${name.slice(2)}`),
  '__proto__ as a name': (old) => (old.startsWith('{') ? `{"__proto__":{"isAdmin":true}${rest(old)}` : null),
  '__proto__ as a name, escaped': (old) =>
    old.startsWith('{') ? `{"\\u005f_proto__":{"isAdmin":true}${rest(old)}` : null,
};

const rest = (object: string): string => (object === '{}' ? '}' : `,${object.slice(1)}`);

function doubled(object: string, as: (name: string) => string): string | null {
  const name = /^\{("[^"\\]+"):/.exec(object)?.[1];
  return name === undefined ? null : `{${as(name)}:null,${object.slice(1)}`;
}

/** Each member of the body in each wrong way; what the contract takes all the same is left out. */
export function* memberAttacks(
  url: string,
  operation: Operation,
  { parameters, body }: Filling,
): Generator<Attack> {
  if (operation.body?.kind !== 'json') return;
  const address = addressOf(operation, parameters);
  const request = (text: string): PlainRequest => signedRequest(url, operation, address, text);
  for (const path of pathsIn(body)) {
    for (const [kind, bend] of Object.entries(members)) {
      const bent = replaced(body, path, bend);
      const text = JSON.stringify(bent);
      if (text === undefined || text === JSON.stringify(body)) continue;
      // A name or a text that no database holds is no matter of the schema.
      if (!/U\+0000|surrogate|forty lists/.test(kind) && operation.takes(parameters, bent)) continue;
      if (text.length > MAX_SUBMISSION_BYTES) continue;
      yield { kind, request: request(text) };
    }
    for (const [kind, write] of Object.entries(rawMembers)) {
      let old = '';
      const holed = replaced(body, path, (value) => {
        old = JSON.stringify(value);
        return RAW;
      });
      const written = write(old);
      if (written !== null)
        yield { kind, request: request(JSON.stringify(holed).replace(`"${RAW}"`, () => written)) };
    }
  }
}

const parameterValues: Readonly<Record<string, string>> = {
  'an encoded path': `..%2f..%2fetc%2f${MARK}`,
  'an encoded path, encoded again': `..%252f..%252fetc%252f${MARK}`,
  backslashes: `..%5c..%5c${MARK}`,
  'U+0000 in the address': `a%00${MARK}`,
  'half a character in the address': '%E4%BD',
  'an overlong form of a dot': '%C0%AE%C0%AE',
  'a broken percent sign': '%zz',
  'a line break and a header': `x%0d%0aSet-Cookie:%20${MARK}=1`,
  'SQL in the address': `1%27%20OR%20%271%27=%271${MARK}`,
  'SQL in the address, of its own': `%27;DROP%20TABLE%20application;--`,
  'HTML in the address': `%3Cscript%3E${MARK}%3C/script%3E`.replace('/', '%2f'),
  'an overlong part': MARK.repeat(400),
  'NaN in the address': 'NaN',
  'a negative number in the address': '-1',
  'half a number in the address': '1.5',
  'a number beyond everything in the address': '1e400',
  'a number with an exponent in the address': '1e3%20',
  'blanks in the address': '%20%20',
  'undefined in the address': 'undefined',
  'a name of Object’s': '__proto__',
  'a format': '%25s%25n$%7Bjndi:ldap:%2f%2fx%7D',
  'a direction': '%E2%80%AE',
  'an empty part': '',
};

const HOLE = Symbol('hole');

/** Each parameter of the address in each wrong way. */
export function* parameterAttacks(
  url: string,
  operation: Operation,
  { parameters, body }: Filling,
): Generator<Attack> {
  const bytes = bytesOf(operation, body);
  for (const { name, in: where, schema } of operation.parameters) {
    for (const [kind, value] of Object.entries(parameterValues)) {
      // Where any text will do, the contract takes it, and nothing is found; else what it takes is not wrong.
      const isTaken = operation.takes({ ...parameters, [name]: decoded(value) }, body);
      const isKey = where === 'path' && schema.type === 'string';
      if (isTaken && !isKey && !value.includes('%00')) continue;
      const address = addressOf(operation, { ...parameters, [name]: HOLE }, (other) =>
        other === HOLE ? value : encodeURIComponent(String(other)),
      );
      yield { kind, request: signedRequest(url, operation, address, bytes) };
    }
    if (where !== 'query') continue;
    const address = addressOf(operation, parameters);
    const more = (text: string) => `${address}${address.includes('?') ? '&' : '?'}${text}`;
    for (const [kind, text] of Object.entries({
      'a parameter twice': `${name}=1&${name}=2`,
      'a parameter as a list': `${name}[]=1&${name}[]=2`.replaceAll('[', '%5B').replaceAll(']', '%5D'),
      'a parameter as an object': `${name}[__proto__][x]=1`.replaceAll('[', '%5B').replaceAll(']', '%5D'),
      'a parameter at a great index': `${name}[9999]=1`.replaceAll('[', '%5B').replaceAll(']', '%5D'),
    }))
      yield { kind, request: signedRequest(url, operation, more(text), bytes) };
  }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

export function bytesOf({ method, body }: Operation, value: unknown): Bytes | null {
  if (method === 'GET' || method === 'DELETE') return null;
  if (body?.kind === 'octets') return value as Bytes; // as it was made for this call
  return encode(JSON.stringify(value ?? {}));
}

/** A body that is of the wrong kind altogether. */
export function* bodyAttacks(
  url: string,
  operation: Operation,
  { parameters, body }: Filling,
): Generator<Attack> {
  const good = bytesOf(operation, body);
  if (good === null) return;
  const address = addressOf(operation, parameters);
  const request = (bytes: Bytes, headers: Readonly<Record<string, string>> = {}): PlainRequest =>
    signedRequest(url, operation, address, bytes, headers);
  for (const type of [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'text/json',
    `x/${MARK}`,
  ])
    yield { kind: `a body as ${type.split(';')[0] ?? ''}`, request: request(good, { 'content-type': type }) };
  for (const encoding of ['gzip', 'deflate', 'br', 'identity, gzip', MARK])
    yield { kind: `a body packed as ${encoding}`, request: request(good, { 'content-encoding': encoding }) };
  yield {
    kind: 'a packed body that says so',
    request: request(new Uint8Array(gzipSync(good)), { 'content-encoding': 'gzip' }),
  };
  yield { kind: 'an oversized body', request: request(new Uint8Array(MAX_SUBMISSION_BYTES + 1).fill(0x20)) };
  if (operation.body?.kind === 'octets') {
    yield { kind: 'no bytes at all', request: request(new Uint8Array()) };
    yield {
      kind: 'JSON in the place of bytes',
      request: request(encode('{}'), { 'content-type': 'application/json' }),
    };
    return;
  }
  yield { kind: 'a packed body that does not say so', request: request(new Uint8Array(gzipSync(good))) };
  const texts: Readonly<Record<string, string>> = {
    'an empty body': '',
    'a body of blanks': ' \n ',
    'half a body': new TextDecoder().decode(good).slice(0, -1),
    'two bodies': new TextDecoder().decode(good).repeat(2),
    'a form': `a=1&b=${MARK}`,
    XML: `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;${MARK}</x>`,
    JavaScript: `({a:1})//${MARK}`,
    'half a million brackets': '['.repeat(500_000),
    'a body nested a hundred thousand deep': `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  };
  for (const [kind, text] of Object.entries(texts)) yield { kind, request: request(encode(text)) };
  // A call that takes no body of its own takes anything that is JSON.
  if (operation.body !== null)
    for (const text of ['null', 'true', '7', `"${MARK}"`, '[]', '[{}]'])
      yield { kind: `${text === `"${MARK}"` ? 'a text' : text} as the body`, request: request(encode(text)) };
  const octets: Readonly<Record<string, readonly number[]>> = {
    'half a character': [0x7b, 0x22, 0xe4, 0xbd, 0x22, 0x3a, 0x31, 0x7d],
    'an overlong form of U+0000': [0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d],
    'half a surrogate pair in UTF-8': [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d],
    'UTF-16': [0xff, 0xfe, 0x7b, 0, 0x7d, 0],
    'a mark of byte order': [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
    zeros: [0, 0, 0, 0],
    GBK: [0x7b, 0x22, 0xd5, 0xc5, 0x22, 0x3a, 0x31, 0x7d],
  };
  for (const [kind, bytes] of Object.entries(octets))
    yield { kind: `${kind} in the body`, request: request(Uint8Array.from(bytes)) };
}

/** Who is not who he says, or was here before. The requests are good otherwise. */
export function* callerAttacks(
  url: string,
  operation: Operation,
  { parameters, body }: Filling,
): Generator<Attack> {
  const { method, callers, token } = operation;
  if (callers === 'nobody') return;
  const address = addressOf(operation, parameters);
  const bytes = bytesOf(operation, body);
  const type = operation.body?.kind === 'octets' ? 'application/octet-stream' : 'application/json';
  const plain: PlainRequest = {
    method,
    url: url + address,
    headers: bytes === null ? {} : { 'content-type': type },
    body: bytes,
  };
  const wears = (headers: Readonly<Record<string, string>>): PlainRequest => ({
    ...plain,
    headers: { ...plain.headers, ...headers },
  });
  yield { kind: 'nobody at all', request: plain };
  yield { kind: 'another token', request: wears({ authorization: `Bearer ${MARK}-token-token` }) };
  yield {
    kind: 'a token in the address',
    request: { ...plain, url: `${plain.url}${address.includes('?') ? '&' : '?'}token=${DESK_TOKEN}` },
  };
  yield { kind: 'the cookie of nobody', request: wears({ cookie: `yizhan_desk=${MARK}` }) };
  yield {
    kind: 'a name and a password',
    request: wears({ authorization: `Basic ${Buffer.from(`desk:${DESK_TOKEN}`).toString('base64')}` }),
  };
  if (callers === 'office') {
    yield { kind: 'nearly the token', request: wears({ authorization: `Bearer ${token}x` }) };
    yield {
      kind: 'the beginning of the token',
      request: wears({ authorization: `Bearer ${token.slice(0, -1)}` }),
    };
    yield {
      kind: 'the token twice',
      request: wears({ authorization: `Bearer ${token} ${token}` }),
    };
    yield { kind: 'a token without a word', request: wears({ authorization: token }) };
    yield { kind: 'an endless token', request: wears({ authorization: `Bearer ${MARK.repeat(500)}` }) };
    yield {
      kind: 'a terminal at the desk',
      request: { ...plain, headers: signedBy(TERMINAL, plain, { nowMs: TEST_NOW_MS }) },
    };
    return;
  }
  yield { kind: 'the desk in a terminal’s place', request: wears({ authorization: `Bearer ${DESK_TOKEN}` }) };
  const stranger = testTerminal('T-01', '999901001');
  const by = (
    who: Parameters<typeof signedBy>[0],
    wishes: Partial<Parameters<typeof signedBy>[2]> = {},
  ): PlainRequest => ({
    ...plain,
    headers: signedBy(who, plain, { nowMs: TEST_NOW_MS, ...wishes }),
  });
  yield { kind: 'a stranger’s key', request: by(stranger) };
  yield { kind: 'another’s key under this name', request: by({ ...OTHER_TERMINAL, keyId: TERMINAL.keyId }) };
  for (const [kind, ms] of Object.entries({
    'a stale signature': -301_000,
    'a signature of tomorrow': 86_400_000,
    'a signature of long ago': -1e12,
  }))
    yield { kind, request: by(TERMINAL, { nowMs: TEST_NOW_MS + ms }) };
  for (const [kind, bent] of Object.entries({
    'a signature without a nonce': { nonce: undefined },
    'a short nonce': { nonce: 'x' },
    'a nonce with SQL': { nonce: `';DROP TABLE request_nonce;--` },
    'a signature without a time': { created: undefined },
    'a signature without a key': { keyid: undefined },
    'another algorithm': { alg: 'hmac-sha256' },
    'no algorithm': { alg: 'none' },
    'another purpose': { tag: MARK },
    'a parameter too many': { admin: 'yes' },
  }))
    yield { kind, request: by(TERMINAL, { parameters: bent }) };
  const all = [
    '@method',
    '@authority',
    '@path',
    '@query',
    ...(bytes === null ? [] : ['content-digest', 'content-type']),
  ];
  for (const left of all)
    yield {
      kind: `a signature that leaves out ${left}`,
      request: by(TERMINAL, { components: all.filter((name) => name !== left) }),
    };
  const good = by(TERMINAL);
  const bent = (headers: Readonly<Record<string, string>>): PlainRequest => ({
    ...good,
    headers: { ...good.headers, ...headers },
  });
  yield { kind: 'a signature of nothing', request: bent({ signature: 'terminal=::' }) };
  yield { kind: 'a garbled signature', request: bent({ signature: `terminal=:${'A'.repeat(86)}==:` }) };
  yield {
    kind: 'garbage as a signature',
    request: bent({ signature: `}{${MARK}`, 'signature-input': ';;;' }),
  };
  yield {
    kind: 'a signature under another label',
    request: bent({ signature: (good.headers['signature'] ?? '').replace(/^\w+/, 'other') }),
  };
  yield {
    kind: 'a signature of another address',
    request: { ...good, url: `${good.url}${address.includes('?') ? '&' : '?'}more=1` },
  };
  yield {
    kind: 'two signatures too many',
    request: {
      ...plain,
      headers: signedBy(
        OTHER_TERMINAL,
        {
          ...plain,
          headers: signedBy(
            TERMINAL,
            { ...plain, headers: signedBy(stranger, plain, { nowMs: TEST_NOW_MS, label: 'c' }) },
            { nowMs: TEST_NOW_MS, label: 'b' },
          ),
        },
        { nowMs: TEST_NOW_MS },
      ),
    },
  };
  if (bytes !== null) {
    const others = encode(JSON.stringify({ [MARK]: 1 }));
    yield {
      kind: 'another body under the signature',
      request: { ...good, body: operation.body?.kind === 'octets' ? Uint8Array.of(1, 2, 3) : others },
    };
    yield {
      kind: 'the digest of another body',
      request: {
        ...plain,
        headers: signedBy(
          TERMINAL,
          { ...plain, headers: { ...plain.headers, 'content-digest': digestOf('x') } },
          { nowMs: TEST_NOW_MS },
        ),
      },
    };
    yield {
      kind: 'a digest that is none',
      request: {
        ...plain,
        headers: signedBy(
          TERMINAL,
          { ...plain, headers: { ...plain.headers, 'content-digest': `sha-256=:${MARK}:` } },
          { nowMs: TEST_NOW_MS },
        ),
      },
    };
    yield {
      kind: 'a digest by a broken hash',
      request: {
        ...plain,
        headers: signedBy(
          TERMINAL,
          { ...plain, headers: { ...plain.headers, 'content-digest': 'md5=:1B2M2Y8AsgTpgAmY7PhCfg==:' } },
          { nowMs: TEST_NOW_MS },
        ),
      },
    };
  }
  // What is sent twice must change nothing the first time.
  if (callers === 'terminal' && operation.body?.kind === 'json')
    yield { kind: 'the same request again', twice: signedRequest(url, operation, address, encode('[]')) };
}

/** What no client sends: lines, lengths and chunks that lie. The body, where there is one, is not what the contract takes. */
export function* lineAttacks(url: string, operation: Operation, { parameters }: Filling): Generator<Attack> {
  const { method, path, body } = operation;
  const address = addressOf(operation, parameters);
  const { host } = new URL(url);
  const headers = signedRequest(
    url,
    operation,
    address,
    bytesOf(operation, body?.kind === 'octets' ? new Uint8Array(3) : {}),
  ).headers;
  const lines = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const raw = (kind: string, text: string, thenEnd = false): Attack => ({
    kind,
    bytes: Buffer.from(text, 'latin1'),
    thenEnd,
  });
  const head = (first: string, more: string) => `${first}\r\nHost: ${host}\r\n${lines}${more}\r\n`;
  const line = `${method} ${address} HTTP/1.1`;
  const cut = 'Connection: close\r\n';

  yield raw('no version', `${method} ${address}\r\n\r\n`);
  yield raw('a version of the future', head(`${method} ${address} HTTP/9.9`, cut));
  yield raw('HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  yield raw('TLS to a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
  yield raw('a method in small letters', head(`${method.toLowerCase()} ${address} HTTP/1.1`, cut));
  yield raw('a method of one’s own', head(`${MARK.toUpperCase()} ${address} HTTP/1.1`, cut));
  yield raw('TRACE', head(`TRACE ${address} HTTP/1.1`, cut));
  yield raw('CONNECT', head(`CONNECT ${host} HTTP/1.1`, ''));
  yield raw('an absolute address', head(`${method} http://evil.example${address} HTTP/1.1`, cut));
  yield raw('an address without a slash', head(`${method} ${address.slice(1)} HTTP/1.1`, cut));
  yield raw('a star as the address', head(`${method} * HTTP/1.1`, cut));
  yield raw('an address with a fragment', head(`${method} ${address}#${MARK} HTTP/1.1`, cut));
  yield raw('an address with backslashes', head(`${method} ${address.replaceAll('/', '\\')} HTTP/1.1`, cut));
  yield raw('an address with blanks', head(`${method} ${address} ${MARK} HTTP/1.1`, cut));
  yield raw('an address with a tab', head(`${method} ${address}\t HTTP/1.1`, cut));
  yield raw('an address in raw UTF-8', head(`${method} ${address}\xe5\xbc\xa0 HTTP/1.1`, cut));
  yield raw(
    'an endless address',
    head(`${method} ${address}${address.includes('?') ? '&' : '?'}x=${'x'.repeat(20_000)} HTTP/1.1`, cut),
  );
  yield raw(
    'a way up and down again',
    head(`${method} /v1/..${path.replaceAll(/[{}]/g, '')}/../${MARK} HTTP/1.1`, cut),
  );
  yield raw('a double slash', head(`${method} /${address} HTTP/1.1`, cut));
  yield raw('no host', `${line}\r\n${lines}${cut}\r\n`);
  yield raw('two hosts', head(line, `Host: evil.example\r\n${cut}`));
  yield raw('U+0000 in a header', head(line, `X-A: a\0b\r\n${cut}`));
  yield raw('a bare CR in a header', head(line, `X-A: a\rSet-Cookie: b\r\n${cut}`));
  yield raw('a control character in a name', head(line, `X\u0001: a\r\n${cut}`));
  yield raw('a blank before the colon', head(line, `X-A : a\r\n${cut}`));
  yield raw('a header without a name', head(line, `: a\r\n${cut}`));
  yield raw('a header without a colon', head(line, `${MARK}\r\n${cut}`));
  yield raw('a header beyond the limit', head(line, `X-A: ${MARK.repeat(2000)}\r\n${cut}`));
  yield raw(
    'headers without number',
    head(line, Array.from({ length: 3000 }, (_, n) => `X-${String(n)}: a\r\n`).join('')),
  );
  yield raw('an expectation', head(line, `Expect: ${MARK}\r\n${cut}`));
  yield raw(
    'a length and chunks',
    head(line, `Content-Length: 2\r\nTransfer-Encoding: chunked\r\n${cut}`) + '0\r\n\r\n',
  );
  yield raw('two lengths', head(line, `Content-Length: 2\r\nContent-Length: 3\r\n${cut}`) + '{} ');
  yield raw('a negative length', head(line, `Content-Length: -1\r\n${cut}`));
  yield raw('a length in words', head(line, `Content-Length: two\r\n${cut}`) + '{}');
  yield raw('a length with a sign', head(line, `Content-Length: +2\r\n${cut}`) + '{}');
  yield raw('another transfer coding', head(line, `Transfer-Encoding: ${MARK}\r\n${cut}`) + '{}');
  yield raw(
    'chunked, and then something',
    head(line, `Transfer-Encoding: chunked, gzip\r\n${cut}`) + '0\r\n\r\n',
  );
  if (method === 'GET' || method === 'DELETE') return;
  yield raw('a length that is too great', head(line, `Content-Length: 900\r\n${cut}`) + '[', true);
  yield raw('a length beyond every limit', head(line, `Content-Length: 99999999999999\r\n${cut}`) + '[');
  yield raw('a length that is too small', head(line, `Content-Length: 1\r\n`) + `[${MARK}\r\n\r\n`);
  yield raw(
    'a chunk whose size is no number',
    head(line, `Transfer-Encoding: chunked\r\n${cut}`) + 'zz\r\n[]\r\n0\r\n\r\n',
  );
  yield raw(
    'a chunk whose size is negative',
    head(line, `Transfer-Encoding: chunked\r\n${cut}`) + '-2\r\n[]\r\n0\r\n\r\n',
  );
  yield raw(
    'a chunk beyond every number',
    head(line, `Transfer-Encoding: chunked\r\n${cut}`) + 'fffffffffffffffff\r\n[]\r\n',
  );
  yield raw(
    'a chunk that is longer than it says',
    head(line, `Transfer-Encoding: chunked\r\n${cut}`) + '1\r\n[[[[\r\n0\r\n\r\n',
  );
  yield raw('chunks without an end', head(line, `Transfer-Encoding: chunked\r\n${cut}`) + '1\r\n[\r\n', true);
}

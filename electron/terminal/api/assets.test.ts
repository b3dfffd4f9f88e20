import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assetsUnder } from './asset-files.ts';
import { assetPath, contentSecurityPolicy, securityHeaders, serveAsset } from './assets.ts';

const files = new Map([
  ['index.html', '<!doctype html>'],
  ['bench.html', '<!doctype html><title>bench</title>'],
  ['assets/index-B3dF_9-a.js', 'export {}'],
  ['assets/index-B3dF.css', 'p{}'],
  ['assets/noto.woff2', 'font'],
  ['assets/index.js.map', '{}'],
]);
const asked: string[] = [];
const read = (path: string) => {
  asked.push(path);
  const text = files.get(path);
  return Promise.resolve(text === undefined ? null : new TextEncoder().encode(text));
};
const get = (address: string, method: string = 'GET') =>
  serveAsset({ method, pathname: new URL(address).pathname }, read);

beforeEach(() => {
  asked.length = 0;
});

describe('what is served', () => {
  test.each([
    ['app://terminal/', 'text/html; charset=utf-8'],
    ['http://127.0.0.1:8080/bench.html', 'text/html; charset=utf-8'],
    ['app://terminal/assets/index-B3dF_9-a.js', 'text/javascript; charset=utf-8'],
    ['app://terminal/assets/index-B3dF.css', 'text/css; charset=utf-8'],
    ['app://terminal/assets/noto.woff2', 'font/woff2'],
  ])('%s comes as %s', async (address, contentType) => {
    const response = await get(address);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
  });

  test('a page of the router is the start page, so that a reload finds it again', async () => {
    for (const address of [
      'app://terminal',
      'app://terminal/guide/old-age-allowance',
      'http://h/a?token=x',
    ]) {
      expect(await (await get(address)).text()).toBe('<!doctype html>');
    }
  });

  test('a file whose name carries its hash is kept for ever, the start page is asked for each time', async () => {
    const hashed = await get('app://terminal/assets/noto.woff2');
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await get('app://terminal/')).headers.get('cache-control')).toBe('no-cache');
  });

  test('HEAD answers with the headers and no body', async () => {
    const response = await get('app://terminal/', 'HEAD');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('15');
    expect(await response.text()).toBe('');
  });
});

describe('what is not served', () => {
  test.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/%2e%2e%2fpackage.json',
    '/%252e%252e%252fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/%00.js',
    '/assets//index.js',
    '/.env',
    '/assets/.hidden.js',
    '/assets/..js',
    '/etc/passwd.',
    '/assets/name%20with.js',
    '/assets/index.js.map',
    '/main.cjs',
    '/index.HTML',
    '/assets/missing',
    '/v1.2/page',
    `/${'a'.repeat(300)}.js`,
  ])('%s', async (path) => {
    for (const base of ['app://terminal', 'http://127.0.0.1']) {
      asked.length = 0;
      const response = await get(base + path);
      expect(response.status).toBe(404);
      // A dot-dot that the URL parser folds away is a plain name by now, and simply not there.
      expect(asked.filter((name) => name !== 'package.json' && /\.\.|%|\\/.test(name))).toEqual([]);
    }
  });

  test('raw dot-dots and backslashes do not pass even if no URL parser saw them', () => {
    for (const path of ['/../x.js', '/a/../../x.js', '/a\\..\\x.js', '//x.js', '/./x.js', '/C:/x.js']) {
      expect(assetPath(path)).toBeNull();
    }
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not a method of a file', async (method) => {
    const response = await get('app://terminal/', method);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(asked).toEqual([]);
  });
});

describe('the headers', () => {
  test('every answer carries them, also an error', async () => {
    for (const response of [
      await get('app://terminal/'),
      await get('app://terminal/assets/none.js'),
      await get('app://terminal/', 'POST'),
    ]) {
      for (const [name, value] of Object.entries(securityHeaders)) {
        expect(response.headers.get(name)).toBe(value);
      }
    }
  });

  test('the policy lets in nothing but the terminal itself', () => {
    expect(contentSecurityPolicy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|https?:/);
  });

  test('no power of the browser is given but sound and the camera', () => {
    const policy = securityHeaders['permissions-policy'] ?? '';
    const given = policy.split(', ').filter((entry) => !entry.endsWith('=()'));
    expect(given).toEqual(['autoplay=(self)', 'camera=(self)']);
    for (const name of ['microphone', 'geolocation', 'serial', 'usb', 'hid']) {
      expect(policy).toContain(`${name}=()`);
    }
  });
});

describe('the folder on disk', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'yizhan-assets-'));
    await mkdir(join(dir, 'renderer/assets'), { recursive: true });
    await writeFile(join(dir, 'renderer/index.html'), 'page');
    await writeFile(join(dir, 'secret.txt'), 'secret');
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('a file is read, and what is missing or a folder is null', async () => {
    const readAsset = assetsUnder(join(dir, 'renderer'));
    expect(new TextDecoder().decode((await readAsset('index.html')) ?? undefined)).toBe('page');
    expect(await readAsset('none.js')).toBeNull();
    expect(await readAsset('assets')).toBeNull();
  });

  test('a link out of the folder reads as missing', async () => {
    await symlink(join(dir, 'secret.txt'), join(dir, 'renderer/assets/a.txt'));
    expect(await assetsUnder(join(dir, 'renderer'))('assets/a.txt')).toBeNull();
    expect(await assetsUnder(join(dir, 'renderer'))('../secret.txt')).toBeNull();
  });
});

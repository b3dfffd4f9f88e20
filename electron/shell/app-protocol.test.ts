import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assetsUnder } from '#terminal/api/asset-files.ts';
import { contentSecurityPolicy } from '#terminal/api/assets.ts';
import { appScheme, handleAppRequest } from './app-protocol.ts';

const named = (name: string) => () => Promise.resolve(new TextEncoder().encode(name));
const folders = { renderer: named('renderer'), outOfService: named('out of service') };
const get = (address: string) => handleAppRequest(new Request(address), folders);

test('app: is a secure standard scheme with fetch, and with nothing that goes around the policy', () => {
  expect(appScheme).toEqual({
    scheme: 'app',
    privileges: {
      standard: true,
      secure: true,
      supportFetchAPI: true,
      codeCache: true,
      bypassCSP: false,
      allowServiceWorkers: false,
      corsEnabled: false,
      stream: false,
      allowExtensions: false,
    },
  });
});

test('each host has its own folder, and there is no third', async () => {
  expect(await (await get('app://terminal/')).text()).toBe('renderer');
  expect(await (await get('app://out-of-service/')).text()).toBe('out of service');
  for (const address of ['app://other/', 'app://terminal.evil/', 'app://terminal:1/']) {
    const response = await get(address);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  }
});

test('the out-of-service page needs no script and nothing from elsewhere', async () => {
  const folder = join(import.meta.dirname, '../terminal/lock-down/pages');
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<script|style=|https?:|\son\w+=/i);
  const links = [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1]);
  expect(links).toEqual(['style.css']);
  for (const link of links) {
    const response = await handleAppRequest(new Request(`app://out-of-service/${link}`), {
      ...folders,
      outOfService: assetsUnder(folder),
    });
    expect(response.status).toBe(200);
    const fonts = [...(await response.text()).matchAll(/url\(([^)]*)\)|@import/g)].map((match) => match[1]);
    expect(fonts).toEqual(["'page-400.woff2'", "'page-700.woff2'"]);
  }
});

/** The device bench: what is touched there happens to the hardware, and the page shows what happened. */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { WebSocket } from 'ws';
import { expect, test } from './fixtures.ts';

test('the bench has no axe violation, at rest and in trouble', async ({ benchPage, station }) => {
  await expect(benchPage.getByRole('heading', { name: /设备台/ })).toBeVisible();
  expect((await new AxeBuilder({ page: benchPage }).analyze()).violations).toEqual([]);
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await station.hand.api.printer.setPaper({ paper: 'out' });
  await station.hand.api.line.setCut({ cut: true });
  await expect(benchPage.getByRole('radio', { name: /缺纸/ })).toBeChecked();
  expect((await new AxeBuilder({ page: benchPage }).analyze()).violations).toEqual([]);
});

test('a card that is touched lies on the reader, and a second touch takes it away', async ({
  benchPage,
  station,
}) => {
  const card = cardOf(benchPage, /张建国/);
  await card.tap();
  await expect(card).toHaveAttribute('aria-pressed', 'true');
  expect((await station.hand.state()).reader.card).toBe('zhang-jianguo');
  await card.tap();
  await expect(card).toHaveAttribute('aria-pressed', 'false');
  expect((await station.hand.state()).reader.card).toBeNull();
});

test('another card takes the place of the first', async ({ benchPage }) => {
  await cardOf(benchPage, /张建国/).tap();
  await cardOf(benchPage, /李秀梅/).tap();
  await expect(cardOf(benchPage, /李秀梅/)).toHaveAttribute('aria-pressed', 'true');
  await expect(cardOf(benchPage, /张建国/)).toHaveAttribute('aria-pressed', 'false');
});

test('every switch reaches the hardware and shows its state', async ({ benchPage, station }) => {
  const choose = async (region: RegExp, option: RegExp) => {
    const radio = benchPage.getByRole('region', { name: region }).getByRole('radio', { name: option });
    await radio.tap();
    await expect(radio).toBeChecked();
  };
  await choose(/读卡器/, /乱码/);
  await choose(/读卡器/, /已拔掉/);
  await choose(/打印机/, /快用完/);
  await choose(/打印机/, /打开/);
  await choose(/打印机/, /卡住/);
  await choose(/打印机/, /已拔掉/);
  await choose(/扫码口/, /乱码/);
  await choose(/扫码口/, /已拔掉/);
  await choose(/线路/, /断开/);
  expect(await station.hand.state()).toMatchObject({
    reader: { fault: 'garbage', plugged: false },
    printer: { paper: 'near-end', coverOpen: true, cutterFault: true, plugged: false },
    scanner: { fault: 'garbage', plugged: false },
    line: { cut: true },
  });
});

test('nobody gets in without the token, from another origin, or with a wrong one', async ({ station }) => {
  const entry = new URL(station.ready.bench);
  expect((await fetch(entry.origin)).status).toBe(401);
  expect((await fetch(`${entry.origin}/enter?token=wrong`)).status).toBe(401);
  const entered = await fetch(entry, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  const address = `${entry.origin.replace('http', 'ws')}/rpc`;
  const headers = { cookie: cookie.split(';')[0] ?? '' };
  expect(await upgradeStatus(new WebSocket(address))).toBe(401);
  expect(await upgradeStatus(new WebSocket(address, { headers, origin: 'http://elsewhere.example' }))).toBe(
    403,
  );
  expect(await upgradeStatus(new WebSocket(address, { headers, origin: entry.origin }))).toBe(101);
});

/** The person's card, and not the person's code. */
function cardOf(benchPage: Page, name: RegExp): Locator {
  return benchPage.getByRole('region', { name: /读卡器/ }).getByRole('button', { name });
}

function upgradeStatus(socket: WebSocket): Promise<number | undefined> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode);
      response.destroy();
    });
    socket.once('upgrade', (response) => {
      resolve(response.statusCode);
      socket.terminate();
    });
  });
}

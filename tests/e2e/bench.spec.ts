/** The device bench: what is touched there happens to the hardware, and the page shows what happened. */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { WebSocket } from 'ws';
import { submitOne } from '../support/robot-resident.ts';
import { openScreen } from '../support/screen-client.ts';
import { expect, test } from './fixtures.ts';
import { atStep, consentToAll, openItem, touch } from './journey.ts';

test('the bench has no axe violation, at rest and in trouble', async ({ benchPage, station }) => {
  await expect(benchPage.getByRole('heading', { name: /设备台/ })).toBeVisible();
  expect((await new AxeBuilder({ page: benchPage }).analyze()).violations).toEqual([]);
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await station.hand.api.printer.setPaper({ paper: 'out' });
  await station.hand.api.line.setCut({ cut: true });
  await station.hand.api.displays.setFault({ screen: 2, fault: 'shows-nothing' });
  await station.hand.api.displays.setPlugged({ screen: 3, plugged: false });
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
  await chooseFault(benchPage, /读卡器/, 'garbage');
  await choose(/读卡器/, /9600/);
  await choose(/读卡器/, /已拔掉/);
  await choose(/打印机/, /快用完/);
  await choose(/打印机/, /打开/);
  await choose(/打印机/, /卡住/);
  await chooseFault(benchPage, /打印机/, 'half-frame');
  await choose(/打印机/, /9600/);
  await choose(/打印机/, /已拔掉/);
  await choose(/扫码口/, /乱码/);
  await choose(/扫码口/, /已拔掉/);
  await chooseFault(benchPage, /^2 号窗口/, 'wrong-checksum');
  await choose(/^4 号窗口/, /已拔掉/);
  await choose(/线路/, /断开/);
  // A radio checks itself at the touch; the hardware follows when the bench has heard of it.
  const reached = expect.poll(() => station.hand.state());
  await reached.toMatchObject({
    reader: { fault: 'garbage', baudRate: 9600, plugged: false },
    printer: {
      paper: 'near-end',
      coverOpen: true,
      cutterFault: true,
      fault: 'half-frame',
      baudRate: 9600,
      plugged: false,
    },
    displays: {
      plugged: true,
      baudRate: 9600,
      members: [
        { screen: 1, fault: 'none', plugged: true },
        { screen: 2, fault: 'wrong-checksum', plugged: true },
        { screen: 3, fault: 'none', plugged: true },
        { screen: 4, fault: 'none', plugged: false },
      ],
    },
    scanner: { fault: 'garbage', plugged: false },
    line: { cut: true },
  });
});

test('the bench shows what the terminal takes a device for, until a hand changes it', async ({
  benchPage,
}) => {
  const says = benchPage.locator('[data-terminal-says="printer"]');
  await expect(says).toContainText('就绪');
  const printer = benchPage.getByRole('region', { name: /打印机/ });
  await printer.getByRole('radio', { name: /缺纸/ }).tap();
  await expect(says).toContainText('paper-out');
  await printer.getByRole('radio', { name: /已拔掉/ }).tap();
  await expect(says).toContainText('断开了');
});

test('displays whose line is pulled are lost to the terminal, all four, and come back with it', async ({
  benchPage,
}) => {
  const says = benchPage.locator('[data-terminal-says^="display-"]');
  await expect(says).toHaveText([/就绪/, /就绪/, /就绪/, /就绪/]);
  const line = benchPage.getByRole('radiogroup', { name: /整条线/ });
  await line.getByRole('radio', { name: /已拔掉/ }).tap();
  await expect(says).toHaveText([/断开了/, /断开了/, /断开了/, /断开了/]);
  await line.getByRole('radio', { name: /已插好/ }).tap();
  await expect(says).toHaveText([/就绪/, /就绪/, /就绪/, /就绪/], { timeout: 20_000 });
});

test('a fault that is chosen at the reader is what the resident is told, and is gone when it is mended', async ({
  page,
  benchPage,
  station,
}) => {
  await toCardPage(page, station.resident);
  const person = benchPage.getByRole('region', { name: /读卡器/ }).getByRole('button', { name: /张建国/ });
  await chooseFault(benchPage, /读卡器/, 'reads-nothing');
  await person.tap();
  await expect(page.getByTestId('card-fault')).toHaveAttribute('data-fault', 'device.garbled');
  await person.tap();
  await chooseFault(benchPage, /读卡器/, 'none');
  await person.tap();
  await expect(page.getByTestId('card-name')).toHaveText('张*国');
});

test('a printer that says ready without paper: nobody says “printed”, and the resident is asked', async ({
  page,
  benchPage,
  station,
}) => {
  await page.goto(station.resident);
  await chooseFault(benchPage, /打印机/, 'says-ready');
  await benchPage.getByRole('radio', { name: /缺纸/ }).tap();
  // Quicker hands than a finger; what the screen then says is the same.
  const robot = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
  await submitOne(robot.api, () => undefined);
  robot.close();
  await atStep(page, 'received');
  await expect(page.getByTestId('print')).toHaveAttribute('data-state', 'unknown', { timeout: 20_000 });
});

async function toCardPage(page: Page, resident: string): Promise<void> {
  await page.goto(resident);
  await openItem(page, 'elderly-allowance');
  await touch(page, 'start');
  await consentToAll(page);
}

async function chooseFault(benchPage: Page, region: RegExp, fault: string): Promise<void> {
  const list = benchPage.getByRole('region', { name: region }).getByRole('combobox', { name: /故障/ });
  await list.selectOption(fault);
  await expect(list).toHaveValue(fault);
}

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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askTerminal } from '../../electron/door/control/ask-terminal.ts';
import type { ControlRequest, ControlState } from '../../electron/door/control/control-protocol.ts';
import { SIGN_IN_PATH } from '../../contract/transport.ts';
import { DoorBrowser } from '../support/door-client.ts';
import { openScreen } from '../support/screen-client.ts';
import { silentVoice } from '../support/silent-voice.ts';
import { expect, test, type Station } from './fixtures.ts';

const PIN = '271828';
/** The board of the demo station: 1210 mm are so many pixels wide here. */
const BOARD = { width: 1920, height: 1080, widthMm: 1210 } as const;
/** A capital of a 200th of the eight metres from which it is read. */
const CAPITAL_MM = 40;
/** Of the font: Noto Sans SC has capitals of 0.733 em. */
const CAPITAL_EM = 0.733;

test.use({
  ignoreHTTPSErrors: true,
  viewport: { width: BOARD.width, height: BOARD.height },
  stationOptions: ['--voice', silentVoice()],
});

async function technician(station: Station, request: ControlRequest): Promise<ControlState> {
  const answer = await askTerminal(join(station.ready.dataDir, 'terminal'), request);
  if (!answer?.ok) throw new Error(answer?.fault.code ?? 'nobody answers');
  return answer.value;
}

test(
  'a board is let in, shows and says a call, and says numbers only',
  { tag: '@upright' },
  async ({ page, station, guard }) => {
    // What a browser says of a page that it may not have yet, and of a terminal that is away.
    guard.expectMessage(/401|WebSocket|ERR_CONNECTION/);
    await page.addInitScript(() => {
      const begun: number[] = [];
      Object.assign(window, { begun });
      const start = AudioBufferSourceNode.prototype.start;
      AudioBufferSourceNode.prototype.start = function noted(...when: number[]) {
        begun.push(when[0] ?? 0);
        start.apply(this, when as [number]);
      };
    });
    await page.goto(station.ready.door ?? '');
    const code = (await page.locator('.code').innerText()).replaceAll(' ', '');
    const { door } = await technician(station, { verb: 'admit', code, as: 'board' });
    await expect(page.locator('.calls')).toBeVisible();

    const clerk = new DoorBrowser(door?.url ?? '', readFileSync(door?.authorityFile ?? '', 'utf8'));
    const six = /(\d{3}) (\d{3})/.exec((await clerk.ask('/')).body);
    await technician(station, { verb: 'admit', code: `${six?.[1] ?? ''}${six?.[2] ?? ''}`, as: 'window-3' });
    await clerk.ask('/');
    await technician(station, { verb: 'add', staffId: 'wang-lihua', role: 'staff', pin: PIN });
    await clerk.post(SIGN_IN_PATH, { staffId: 'wang-lihua', pin: PIN });
    const { client, socket } = await clerk.api();
    const kiosk = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
    const ticketId = crypto.randomUUID();
    await kiosk.api.queue.take({ ticketId, line: 'B', slug: null, ticketClass: 'ordinary', language: 'zh' });
    const queue = client.staff.queue;
    await queue.do({ verb: 'open-window', window: '3', lines: ['B'], person: 'wang-lihua' });
    expect(await queue.do({ verb: 'next', window: '3' })).toMatchObject({ ok: true });

    const announced = page.getByTestId('announced');
    await expect(announced).toContainText(/请 B001\s*到 3 号窗口/);
    const row = page.locator('[data-call=B001]');
    await expect(row).toContainText('3');
    const fontPx = await row
      .locator('td')
      .first()
      .evaluate((cell) => parseFloat(getComputedStyle(cell).fontSize));
    const capitalMm = (fontPx * CAPITAL_EM * BOARD.widthMm) / BOARD.width;
    expect(capitalMm).toBeGreaterThanOrEqual(CAPITAL_MM);
    // 请 B 零 零 一 号到 三 号窗口办理, twice.
    await expect.poll(() => page.evaluate('begun.length')).toBe(16);
    expect(await page.evaluate('begun.every((when, index) => index === 0 || when > begun[index - 1])')).toBe(
      true,
    );
    expect(await page.locator('body').innerText()).not.toMatch(/wang|lihua|999901|张|王/);

    // It said 9 seconds of it; who has come is called no more, and stands among the last.
    await queue.do({ verb: 'serve', window: '3', ticketId });
    await expect(announced).toBeHidden({ timeout: 15_000 });
    await expect(row).not.toHaveClass(/now/);

    // The terminal dies: the board says so and keeps what was called, and goes on when it is back.
    process.kill(station.ready.pids.terminal ?? 0, 'SIGKILL');
    await expect(page.locator('.away')).toBeVisible();
    await expect(row).toBeVisible();
    await expect(page.locator('.away')).toBeHidden({ timeout: 30_000 });
    await expect(row).toBeVisible();
    socket.terminate();
    kiosk.close();
  },
);

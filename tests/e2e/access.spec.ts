import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copiedAudit } from '../support/copied-audit.ts';
import { openStaffPage, STAFF_PIN, technician } from './console.ts';
import { expect, test, type Station } from './fixtures.ts';
import { type } from './journey.ts';
import { layoutOffences } from './layout.ts';

const run = promisify(execFile);

/** The operator's command, beside the platform that runs. */
async function issue(station: Station): Promise<string> {
  const order = ['--terminal', 'demo-01', '--role', 'technician', '--hours', '8', '--reason', 'ticket 4711'];
  const { stdout } = await run(process.execPath, ['platform/cli.ts', 'permit', 'issue', ...order], {
    env: { ...process.env, YIZHAN_PLATFORM_DATA: join(station.ready.dataDir, 'platform') },
  });
  return stdout;
}

test(
  'the line is down: a technician without an account comes in by a code, and what takes two is confirmed by a clerk',
  { tag: '@upright' },
  async ({ page, station }) => {
    for (const [staffId, role] of [
      ['s01', 'staff'],
      ['t01', 'technician'],
    ] as const)
      await technician(station, { verb: 'add', staffId, role, pin: STAFF_PIN });
    let code = '';
    // Until the terminal has told its secret.
    await expect(async () => {
      code = (await issue(station)).slice(0, 19);
    }).toPass();
    await station.hand.api.line.setCut({ cut: true });

    await page.clock.install();
    await page.goto(station.resident);
    await openStaffPage(page);
    await page.getByTestId('other-way').tap();
    // The keys are there without another touch.
    const digits = code.replaceAll(' ', '');
    // Every digit by touch; one was misread.
    await type(page, digits.slice(0, 15) + String((Number(digits[15]) + 1) % 10));
    await page.screenshot({ path: test.info().outputPath('permit.png') });
    expect(await layoutOffences(page)).toEqual([]);
    await page.getByRole('button', { name: '登录', exact: true }).tap();
    await expect(page.getByText('核对十六位数字')).toBeVisible();
    await page.getByLabel('授权码').fill(code);
    await page.getByRole('button', { name: '登录', exact: true }).tap();
    await expect(page.getByText('permit-', { exact: false }).first()).toBeVisible();

    await expect(technician(station, { verb: 'close', staffId: 't01' })).rejects.toThrow(
      'access.second-needed',
    );
    await expect(page.getByText('停用最后一个技术人员账号')).toBeVisible();
    await page.getByLabel('您本人的工号').tap();
    await type(page, 's01');
    await page.getByLabel('密码').tap();
    await type(page, STAFF_PIN);
    await page.screenshot({ path: test.info().outputPath('second.png') });
    expect(await layoutOffences(page)).toEqual([]);
    await page.getByRole('button', { name: '我在场，同意' }).tap();
    await expect(page.getByTestId('second-confirmed')).toContainText('s01 已确认');
    await technician(station, { verb: 'close', staffId: 't01' });
    await expect(page.getByTestId('second-confirmed')).toHaveCount(0);

    const acts = copiedAudit(join(station.ready.dataDir, 'terminal'))
      .filter(({ event }) => /permit|second|two|account-closed/.test(event))
      .map(({ event, disposition }) => `${event} ${disposition}`);
    expect(acts).toEqual([
      'access.permit-refused wrong',
      'access.permit-used technician',
      'access.second-asked init',
      'access.second-confirmed of command',
      'access.done-by-two with s01',
      'access.account-closed success',
    ]);
  },
);

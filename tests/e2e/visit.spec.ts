import { checkPage } from './page-checks.ts';
import { expect, test } from './fixtures.ts';
import { atQuestion, atStep, choose, fillDigits, stepOf, toFirstQuestion, touch, type } from './journey.ts';

test('nobody there: a warning with time to answer, and then everything is gone', async ({
  page,
  station,
}) => {
  await page.clock.install();
  await toFirstQuestion(page, station);
  await type(page, '13800005678');
  await page.clock.fastForward('01:31');
  await expect(page.getByTestId('idle')).toBeVisible();
  await touch(page, 'idle-stay');
  await expect(page.getByTestId('idle')).toBeHidden();
  // What was typed is still there: the warning took nothing away.
  await expect(page.locator('#answer')).toHaveValue('13800005678');
  await page.clock.fastForward('01:31');
  await expect(page.getByTestId('idle')).toBeVisible();
  // What a device has to say is nobody’s answer: the count goes on.
  const { printer } = station.hand.api;
  await printer.setPaper({ paper: 'out' });
  await expect(page.getByTestId('device-banner')).toContainText('没有纸');
  await page.clock.runFor(31_000);
  await atStep(page, 'home');
  await printer.setPaper({ paper: 'ok' });
  expect(await page.content()).not.toContain('13800005678');
});

test('a screen that is loaded anew finds the form as it was', async ({ page, station }) => {
  await toFirstQuestion(page, station);
  await fillDigits(page, 'mobile', '13800005678');
  await choose(page, 'byProxy', '0');
  await atQuestion(page, 'homeAddress');
  await touch(page, 'modes');
  await touch(page, 'mode-elder');
  await touch(page, 'modes-close');
  await page.reload();
  await atQuestion(page, 'homeAddress');
  await expect(page.locator('html')).toHaveAttribute('data-mode', 'elder');
  await touch(page, 'back');
  await atQuestion(page, 'byProxy');
  await touch(page, 'back');
  await atQuestion(page, 'mobile');
  // The screen has only the mask; the answer stays when nothing else is typed.
  await expect(page.locator('main')).toContainText('138****5678');
  await touch(page, 'next');
  await atQuestion(page, 'byProxy');
});

test('the language changes in the middle of a page, and nothing typed is lost', async ({ page, station }) => {
  await toFirstQuestion(page, station);
  await type(page, '138');
  await touch(page, 'language-en');
  await expect(page.locator('main h1')).toHaveText('Mobile phone');
  await expect(page.locator('#answer')).toHaveValue('138');
  await touch(page, 'language-zh');
  await expect(page.locator('main h1')).toHaveText('手机号码');
  await expect(page.locator('#answer')).toHaveValue('138');
});

test('staff are found on every page, and the form waits', async ({ page, station }) => {
  await toFirstQuestion(page, station);
  await type(page, '138');
  await touch(page, 'help');
  await expect(stepOf(page)).toContainText('1 号窗口');
  await touch(page, 'help-close');
  await expect(page.locator('#answer')).toHaveValue('138');
});

test('whoever wants to leave is asked once, and then nothing is left', async ({ page, station }) => {
  await toFirstQuestion(page, station);
  await type(page, '13800005678');
  await touch(page, 'exit');
  await atStep(page, 'leave');
  await checkPage(page, 'leave');
  await touch(page, 'leave-no');
  await expect(page.locator('#answer')).toHaveValue('13800005678');
  await touch(page, 'exit');
  await touch(page, 'leave-yes');
  await atStep(page, 'goodbye');
  await touch(page, 'home');
  await atStep(page, 'home');
  expect(await page.content()).not.toContain('13800005678');
});

test('a wrong answer is said on top and at the field, in the same words', async ({ page, station }) => {
  await toFirstQuestion(page, station);
  await type(page, '123');
  await touch(page, 'next');
  const summary = page.getByTestId('error-summary');
  await expect(summary).toBeFocused();
  const words = (await summary.getByRole('button').textContent())?.trim() ?? '';
  expect(words).not.toBe('');
  await expect(page.locator('#answer-error')).toHaveText(words);
  await summary.getByRole('button').tap();
  await expect(page.locator('#answer')).toBeFocused();
});

test('a terminal that dies in the middle of a form comes back by itself, with nothing of the last visit', async ({
  page,
  station,
  guard,
}) => {
  // The fonts that a page loads ahead may be on their way when it dies.
  guard.expectMessage(/ERR_CONNECTION_RESET/);
  await toFirstQuestion(page, station);
  const pid = station.ready.pids.terminal;
  if (pid === null) throw new Error('the terminal has no process of its own');
  process.kill(pid, 'SIGKILL');
  await atStep(page, 'connecting');
  await atStep(page, 'home');
  await page.locator('[data-item]').first().waitFor();
});

test('the page is held to a strict Content-Security-Policy without eval', async ({
  page,
  station,
  guard,
}) => {
  guard.expectMessage(/Content Security Policy/);
  const answer = await page.goto(station.resident);
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/unsafe|\*/);
  const refused = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        addEventListener('securitypolicyviolation', (event) => {
          resolve(event.violatedDirective);
        });
        // Later, on the page's own account: what the debugger itself evaluates is exempt.
        setTimeout(() => {
          try {
            resolve(`eval gave ${String(new Function('return 1')())}`);
          } catch {
            // Refused, as it must be: the event says by which directive.
          }
        });
      }),
  );
  expect(refused).toBe('script-src');
});

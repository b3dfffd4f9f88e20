import { expect, test } from './fixtures.ts';
import { agreeToAll, atQuestion, atStep, choose, openItem, touch, typeWord } from './journey.ts';
import { checkPage } from './page-checks.ts';

test('a suggestion is written without a card or a name, and reaches the platform @upright', async ({
  page,
  station,
}) => {
  await page.goto(station.resident);
  await openItem(page, 'suggestion');
  await page.getByTestId('start').waitFor();
  await checkPage(page, 'guide of a suggestion');
  await touch(page, 'start');
  await agreeToAll(page);
  await choose(page, 'about', 'station');
  await atQuestion(page, 'suggestionText');
  await typeWord(page, 'yizi', '椅子');
  await checkPage(page, 'the words of a suggestion');
  await touch(page, 'next');
  await choose(page, 'replyBy', 'none');
  await atStep(page, 'review');
  await touch(page, 'submit');
  await atStep(page, 'received');
  await checkPage(page, 'received, what was said');
  await expect(page.getByTestId('forwarding')).toHaveAttribute('data-state', 'acknowledged');
  const [stored] = await station.cases();
  expect(stored).toMatchObject({ itemSlug: 'suggestion' });
  const submission = await station.submissionOf(stored?.caseNo ?? '');
  expect(submission.payload.identitySource).toBe('none');
  expect(submission.payload.answers).toEqual({
    about: 'station',
    suggestionText: '椅子',
    replyBy: 'none',
  });
});

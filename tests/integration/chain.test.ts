import { afterEach, beforeEach, expect, it } from 'vitest';
import { submissionSchema } from '#contract/application.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { vulnerableAnswers as answers } from '../fixtures/items/chain-answers.ts';
import { publishedItem, startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import {
  expectOk,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  step,
  until,
  untilReady,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

let platform: ScriptedPlatform;
let under: TerminalUnderTest;
let dataDir: string;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  platform.items = ['elderly-allowance', 'senior-card', 'fertility-registration'].map(publishedItem);
  platform.chains = loadCatalogue(catalogueDir).chains;
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
  await until(under.terminal, () => under.terminal.kiosk.chains.list().length > 0);
});

afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

/** The allowance and the card of the old, on one form, up to the check page. */
async function fillInBoth(): Promise<void> {
  const { visits } = under.terminal.kiosk;
  expectOk(
    visits.beginChain({ id: 'vulnerable', orders: [1, 3], language: 'zh', requestId: crypto.randomUUID() }),
  );
  const consents = step(under);
  if (consents.kind !== 'consent') throw new Error(consents.kind);
  expectOk(visits.consent(consents.consents.map(({ id }) => id)));
  under.host.placeCard(zhang);
  await until(under.terminal, () => {
    const at = step(under);
    return at.kind === 'card' && at.reader === 'read';
  });
  expectOk(visits.acceptCard());
  for (let at = step(under); at.kind !== 'review'; at = step(under)) {
    if (at.kind === 'paper') expectOk(visits.choosePaper(at.page.paperId, 'staff'));
    else if (at.kind === 'question') {
      const { pageId } = at.page;
      const value = answers[pageId.replace(/^s\d+x/, '')] ?? null;
      expectOk(visits.answer({ pageId, value, confirmedOdd: true }));
      expect(step(under), pageId).not.toMatchObject({ page: { pageId } });
    } else throw new Error(at.kind);
  }
}

const submissions = () =>
  [...platform.acknowledged].map(([key, body]) => ({
    applicationId: key.split('|')[0],
    ...submissionSchema.parse(JSON.parse(body)),
  }));

it('a chain is received as one, and each of it is acknowledged by itself, with its place', async () => {
  await fillInBoth();
  const { visits } = under.terminal.kiosk;
  const touches = [visits.submit(), visits.submit()];
  for (const touch of touches) expectOk(await touch);
  await until(under.terminal, () =>
    received(under).chain?.parts.every(({ forwarding }) => forwarding.state === 'acknowledged'),
  );
  const sent = submissions();
  expect(sent.map(({ itemSlug }) => itemSlug).sort()).toEqual(['elderly-allowance', 'senior-card']);
  expect(new Set(sent.map(({ receiptNo }) => receiptNo))).toEqual(
    new Set(received(under).chain?.parts.map(({ receiptNo }) => receiptNo)),
  );
  const places = sent.map(({ payload }) => payload.chain);
  expect(new Set(places.map((place) => place?.chainApplicationId)).size).toBe(1);
  expect(places.map((place) => place?.order).sort()).toEqual([1, 3]);
  for (const { payload } of sent) {
    expect(payload.answers['mobile']).toBe('13800005678');
    expect(payload).toMatchObject({ formVersion: 3, signing: { state: 'signed' } });
  }
  // One slip for both, with one code.
  await expect.poll(() => under.host.printed.length).toBe(1);
  const slip = JSON.stringify(under.host.printed[0]);
  for (const name of ['高龄津贴申领', '老年人优待证申领']) expect(slip).toContain(name);
  expect(slip.match(/"qr"/g)).toHaveLength(1);
});

it('one that the platform refuses is staff’s business, and the other goes its way', async () => {
  const { onSubmit } = platform;
  platform.onSubmit = (request, response) => {
    if (request.body.includes('senior-card')) {
      response.writeHead(400).end('{}');
      return;
    }
    onSubmit(request, response);
  };
  await fillInBoth();
  expectOk(await under.terminal.kiosk.visits.submit());
  await until(under.terminal, () => {
    const states = received(under).chain?.parts.map(({ forwarding }) => forwarding.state);
    return states?.join() === 'acknowledged,parked';
  });
});

it('chains are there without the platform, from the terminal’s own copy', async () => {
  await under.close();
  platform.down = true;
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  const { chains } = under.terminal.kiosk;
  expect(chains.list().map(({ id }) => id)).toContain('vulnerable');
  expect(chains.find('弱势').map(({ id }) => id)).toEqual(['vulnerable']);
  expect(chains.guide('vulnerable')).toMatchObject({ ok: true });
  expect(chains.guide('nothing')).toMatchObject({ ok: false, fault: { code: 'chain.unknown' } });
  // What is not offered here cannot be asked for.
  expect(chains.choose('vulnerable', [1, 5])).toMatchObject({ ok: false });
});

it('whoever asks by its slip while the platform is away sees all that is still held here', async () => {
  platform.down = true;
  await fillInBoth();
  const { visits, progress } = under.terminal.kiosk;
  expectOk(await visits.submit());
  const { receiptNo, queryCode, chain } = received(under);
  expectOk(visits.end('finished'));
  expectOk(progress.begin({ language: 'zh', requestId: crypto.randomUUID() }));
  expectOk(progress.byNumber());
  expectOk(await progress.ask({ receiptNo, queryCode }));
  const at = step(under);
  if (at.kind !== 'progress' || at.page.at !== 'chain') throw new Error(JSON.stringify(at));
  expect(at.page).toMatchObject({ name: { zh: expect.stringContaining('弱势群体') }, canCorrect: 'no' });
  expect(
    at.page.members.map(({ entry }) => entry.known === 'station' && entry.application.receiptNo),
  ).toEqual(chain?.parts.map((part) => part.receiptNo));
  expect(at.page.platformFault).toBeDefined();
  expect(JSON.stringify(at)).not.toMatch(/张建国|999901194503120014/);
});

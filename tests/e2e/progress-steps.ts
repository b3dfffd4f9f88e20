import { expect, type Page } from '@playwright/test';
import { openScreen, type ScreenClient } from '../support/screen-client.ts';
import { stepNow, submitOne } from '../support/robot-resident.ts';
import type { Station } from './fixtures.ts';
import { stepOf } from './journey.ts';

export interface SubmittedCase {
  readonly receiptNo: string;
  readonly queryCode: string;
  readonly caseNo: string;
}

/** An application of 张建国 that the platform has; over the API, since other tests touch their way there. */
export function submittedCase(station: Station): Promise<SubmittedCase> {
  return submittedBy(station, async ({ api }) => {
    await submitOne(api, () => undefined);
  });
}

/** A suggestion of nobody who was asked who he is. */
export function submittedSuggestion(station: Station): Promise<SubmittedCase> {
  return submittedBy(station, async ({ api }) => {
    const language = 'zh';
    await api.visit.begin({ slug: 'suggestion', language, requestId: crypto.randomUUID() });
    await api.visit.consent({ consentIds: ['c-notice'] });
    for (const [pageId, value] of Object.entries({
      about: 'station',
      suggestionText: '门口加一把椅子',
      replyBy: 'none',
    })) {
      await api.visit.answer({ pageId, value, confirmedOdd: true });
    }
    await api.visit.submit();
  });
}

async function submittedBy(
  station: Station,
  submit: (screen: ScreenClient) => Promise<void>,
): Promise<SubmittedCase> {
  const screen = await openScreen({ url: new URL(station.resident).origin, resident: station.resident });
  try {
    await submit(screen);
    for await (const snapshot of await screen.api.visit.watch()) {
      if (snapshot?.step.kind !== 'received') continue;
      const { receiptNo, queryCode, forwarding } = snapshot.step.received;
      if (forwarding.state !== 'acknowledged') continue;
      await screen.api.visit.end({ reason: 'finished' });
      return { receiptNo, queryCode, caseNo: forwarding.caseNo };
    }
    throw new Error(`the visit ended at ${(await stepNow(screen.api)).kind}`);
  } finally {
    screen.close();
  }
}

/** An officer at the desk. */
export async function deskActs(
  { ready }: Station,
  caseNo: string,
  act: string,
  body: unknown,
): Promise<void> {
  const { url, deskToken } = ready.platformApi;
  const answer = await fetch(`${url}/v1/cases/${caseNo}/${act}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${deskToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the desk was answered ${answer.status}: ${await answer.text()}`);
}

export const twoThingsWrong = {
  entries: [
    {
      target: { of: 'page', pageId: 'mobile' },
      reason: { zh: '这个手机号打不通，请再写一个能找到您的。', en: 'This number does not answer.' },
    },
    {
      target: { of: 'paper', materialId: 'm-id' },
      reason: { zh: '身份证复印件看不清。', en: 'The copy of the ID card cannot be read.' },
    },
  ],
  workdays: 10,
};

export async function atProgress(page: Page, at: string): Promise<void> {
  await expect(stepOf(page)).toHaveAttribute('data-step', 'progress');
  await expect(stepOf(page)).toHaveAttribute('data-page', at);
}

/** From the page that asks for the card to what its owner has under way, and takes the card again. */
export async function askByCard(page: Page, station: Station): Promise<void> {
  await atProgress(page, 'card');
  const left = page.locator('[data-testid="card-left"][data-owner]');
  const found = page.locator('main[data-page="list"], main[data-page="case"]');
  await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
  await expect(found.or(left).first()).toBeVisible({ timeout: 20_000 });
  if (await left.isVisible()) {
    await station.hand.api.reader.takeCard();
    await expect(left).toHaveCount(0, { timeout: 20_000 });
    if (!(await found.isVisible())) await station.hand.api.reader.placeCard({ person: 'zhang-jianguo' });
    await expect(found).toBeVisible({ timeout: 20_000 });
  }
  await station.hand.api.reader.takeCard();
}

/** With the card, to the page of one case, whether it is the only one of the person or not. */
export async function toCaseByCard(page: Page, station: Station, caseNo: string): Promise<void> {
  await askByCard(page, station);
  if ((await stepOf(page).getAttribute('data-page')) === 'list') {
    await page.locator(`[data-case="${caseNo}"]`).tap();
  }
  await atProgress(page, 'case');
}

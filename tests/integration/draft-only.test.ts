import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { IdentityDocument } from '#contract/identity.ts';
import type { AnswerValue, VisitStep } from '#contract/visit.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { itemAnswers, li, wang } from '../fixtures/items/answers.ts';
import { startDistrict, type District } from '../support/district.ts';
import { smallJpeg } from '../support/small-jpeg.ts';
import { expectOk, received, step, until, type TerminalUnderTest } from '../support/terminal-under-test.ts';
import { usualValue } from '../support/walk-form.ts';

/** An item that cannot be received without the line may be filled in without it, is kept for a day, and is not submitted. */

const SLUG = 'residence-permit';
const fixture = itemAnswers[SLUG] ?? { card: wang, answers: {} };
const HER_LANDLORD = '钱多多';

let district: District;
let under: TerminalUnderTest;
let clockBehindMs = 0;

beforeAll(async () => {
  district = await startDistrict();
  under = await district.station({
    id: 'demo-01',
    station: '001',
    hasCamera: true,
    behindMs: () => clockBehindMs,
  });
  await until(under.terminal, () => under.terminal.kiosk.catalogue.item(SLUG).ok);
}, 90_000);
afterAll(() => district.close());

const visits = () => under.terminal.kiosk.visits;
const online = () =>
  until(under.terminal, () => under.terminal.kiosk.station.snapshot().platform === 'online');

async function cutLine(): Promise<void> {
  await district.line.cut('refuse');
  await until(under.terminal, () => under.terminal.kiosk.station.snapshot().platform === 'offline');
}
async function joinLine(): Promise<void> {
  await district.line.join();
  await online();
}

// Each at a line that is down already costs no wait for the terminal to see it.
beforeEach(cutLine);
afterEach(async () => {
  clockBehindMs = 0;
  expectOk(visits().end('left'));
  // Whatever a test has left.
  await layCard(wang);
  if (step(under).kind === 'resume') expectOk(visits().resumeDraft(false));
  expectOk(visits().end('left'));
});

function begin(): void {
  expectOk(visits().begin({ slug: SLUG, language: 'zh', requestId: crypto.randomUUID() }));
  const at = step(under);
  if (at.kind !== 'consent') throw new Error(at.kind);
  expectOk(visits().consent(at.consents.map(({ id }) => id)));
}

/** Begun, and the card read and accepted. */
async function layCard(card: IdentityDocument): Promise<void> {
  begin();
  under.host.placeCard(card);
  await until(under.terminal, () => {
    const at = step(under);
    return at.kind === 'card' && at.reader === 'read';
  });
  expectOk(visits().acceptCard());
}

const signature = { width: 10, height: 10, strokes: [[[1, 1]]] as [number, number][][] }; // points are pairs

/** To the check page; the pages that were asked. */
function fillIn(own: Readonly<Record<string, AnswerValue>> = {}): string[] {
  const asked: string[] = [];
  for (let at = step(under); at.kind !== 'review'; at = step(under)) {
    if (at.kind === 'question') {
      const { pageId, question } = at.page;
      asked.push(pageId);
      const usual = question.type === 'signature' ? signature : usualValue(at.page, fixture);
      const given = visits().answer({ pageId, value: own[pageId] ?? usual, confirmedOdd: true });
      expect(given, pageId).toEqual({ ok: true, value: { problems: [] } });
    } else if (at.kind === 'paper') {
      const { paperId } = at.page;
      asked.push(paperId);
      const data = Buffer.from(smallJpeg(5)).toString('base64');
      const photo = { photoId: crypto.randomUUID(), part: 0, parts: 1, data, doubts: [], replaces: null };
      expectOk(visits().attach({ paperId, ...photo }));
      expectOk(visits().choosePaper(paperId, 'photo'));
    } else throw new Error(at.kind);
  }
  return asked;
}

async function draftKept(
  own: Readonly<Record<string, AnswerValue>> = {},
): Promise<VisitStep & { kind: 'drafted' }> {
  await layCard(wang);
  fillIn({ landlord: HER_LANDLORD, ...own });
  expectOk(visits().keepDraft());
  await until(under.terminal, () => {
    const at = step(under);
    return at.kind === 'drafted' && at.print.state === 'printed';
  });
  const at = step(under);
  if (at.kind !== 'drafted') throw new Error(at.kind);
  return at;
}

const guide = () => {
  const found = under.terminal.kiosk.catalogue.item(SLUG);
  if (!found.ok) throw new Error(found.fault.code);
  return under.terminal.kiosk.availabilityOf(found.value);
};

it('is told as what it is, asks for neither photographs nor a signature, and is said not to be submitted', async () => {
  expect(guide()).toEqual({ as: 'draft-only' });
  await layCard(wang);
  const asked = fillIn();
  expect(asked.filter((id) => id.startsWith('m-') || id === 'signature')).toEqual([]);
  expect(step(under)).toMatchObject({ kind: 'review', asDraft: true, problems: 0 });
  // What cannot be submitted is not, whoever asks for it.
  expect(await visits().submit()).toMatchObject({ fault: { code: 'item.not-offline' } });
  expectOk(visits().keepDraft());
  const at = step(under);
  if (at.kind !== 'drafted') throw new Error(at.kind);
  const left = Date.parse(at.until) - Date.now();
  expect(left).toBeGreaterThan(23.9 * 3_600_000);
  expect(left).toBeLessThanOrEqual(24 * 3_600_000);
  expect(visits().snapshot()).toMatchObject({ canGoBack: false, hasReceived: false });
  expect(under.terminal.kiosk.station.snapshot().outbox.waiting).toBe(0);
});

it('its slip says that nothing was submitted and until when it is kept, and names nobody', async () => {
  await draftKept();
  const slip = JSON.stringify(under.host.printed.at(-1)?.document);
  expect(slip).toContain('您的申请还没有提交');
  expect(slip).toMatch(/请在此之前回来：\d{4}-\d\d-\d\d \d\d:\d\d/);
  expect(slip).not.toMatch(/王|999901199002140036|收件编号|"qr"/);
});

it('is not kept under a date that cannot be, by which it would be erased at once: the form stays, and is kept when the clock is set', async () => {
  await layCard(wang);
  fillIn({ landlord: HER_LANDLORD });
  clockBehindMs = systemClock.now();
  expect(visits().keepDraft()).toMatchObject({ fault: { code: 'station.clock-wrong' } });
  expect(step(under)).toMatchObject({ kind: 'review', asDraft: true });
  clockBehindMs = 0;
  expectOk(visits().keepDraft());
  expectOk(visits().end('left'));
  await layCard(wang);
  expect(step(under).kind).toBe('resume');
});

it('with the line back and the same card it goes on where it was, is submitted, and is gone', async () => {
  await draftKept();
  expectOk(visits().end('left'));
  await joinLine();
  await layCard(wang);
  expect(step(under)).toMatchObject({ kind: 'resume', canSubmit: true });
  expectOk(visits().resumeDraft(true));
  const asked = fillIn();
  // Nothing that was filled in is asked again; what was put off is.
  expect(
    asked.every((id) => id.startsWith('m-') || id === 'signature'),
    asked.join(),
  ).toBe(true);
  expect(asked).toContain('signature');
  expect(JSON.stringify(step(under))).toContain(HER_LANDLORD.slice(0, 1));
  expect(step(under)).not.toHaveProperty('asDraft');
  expectOk(await visits().submit());
  const caseNo = await until(under.terminal, () => {
    const { forwarding } = received(under);
    return forwarding.state === 'acknowledged' && forwarding.caseNo;
  });
  const stored = await district.stored(caseNo);
  expect(stored.payload.answers).toMatchObject({ landlord: HER_LANDLORD, applicantId: wang.number });
  expect(stored.payload).toMatchObject({ identitySource: 'card', signing: { state: 'signed' } });
  expectOk(visits().end('finished'));
  await layCard(wang);
  expect(step(under).kind).not.toBe('resume');
});

it('another card opens nothing of it, and its own card finds it afterwards', async () => {
  await draftKept();
  expectOk(visits().end('left'));
  await layCard(li);
  expect(step(under).kind).toBe('question');
  expect(JSON.stringify(visits().snapshot())).not.toContain(HER_LANDLORD);
  expectOk(visits().end('left'));
  await layCard(wang);
  expect(step(under)).toMatchObject({ kind: 'resume', canSubmit: false });
});

it('who does not want it gets an empty form, and it is gone for good', async () => {
  await draftKept();
  expectOk(visits().end('left'));
  await layCard(wang);
  expectOk(visits().resumeDraft(false));
  expect(step(under)).toMatchObject({ kind: 'question' });
  expect(JSON.stringify(visits().snapshot())).not.toContain(HER_LANDLORD);
  expectOk(visits().end('left'));
  await layCard(wang);
  expect(step(under).kind).toBe('question');
});

it('a resumption that ends before it is submitted has lost nothing', async () => {
  await draftKept();
  expectOk(visits().end('left'));
  await layCard(wang);
  expectOk(visits().resumeDraft(true));
  expectOk(visits().end('idle'));
  await layCard(wang);
  expect(step(under).kind).toBe('resume');
  expectOk(visits().back());
  expect(step(under)).toMatchObject({ kind: 'card', reader: 'read' });
  expectOk(visits().acceptCard());
  expect(step(under).kind).toBe('resume');
});

it('without a card nothing is kept: nobody could open it again', async () => {
  begin();
  expect(visits().typeIdentity()).toMatchObject({ fault: { code: 'draft.needs-card' } });
  expect(step(under).kind).toBe('card');
  await joinLine();
  expectOk(visits().typeIdentity());
  expect(step(under).kind).toBe('question');
});

it('the line that comes back in the middle makes an application of it: what was put off is asked then', async () => {
  await layCard(wang);
  fillIn({ ground: 'study' });
  expect(step(under)).toHaveProperty('asDraft');
  await joinLine();
  expect(step(under)).not.toHaveProperty('asDraft');
  expectOk(await visits().submit());
  const asked = fillIn();
  expect(asked).toContain('signature');
  expect(asked.some((id) => id.startsWith('m-'))).toBe(true);
  expectOk(await visits().submit());
  expect(step(under).kind).toBe('received');
});

it('the line that goes in the middle leaves a draft, without the signature that was put under it', async () => {
  await joinLine();
  await layCard(wang);
  fillIn({ landlord: HER_LANDLORD });
  await cutLine();
  expect(step(under)).toMatchObject({ asDraft: true });
  expectOk(visits().keepDraft());
  expectOk(visits().end('left'));
  await joinLine();
  await layCard(wang);
  expectOk(visits().resumeDraft(true));
  expect(fillIn()).toContain('signature');
});

it('an item that is received without the line, and one that is not filled in at all, are not kept', async () => {
  for (const [slug, code] of [
    ['elderly-allowance', null],
    ['insurance-record-print', 'item.not-offline'],
  ] as const) {
    const begun = visits().begin({ slug, language: 'zh', requestId: crypto.randomUUID() });
    if (code !== null) expect(begun).toMatchObject({ fault: { code } });
    else {
      expectOk(begun);
      expect(visits().keepDraft()).toMatchObject({ fault: { code: 'visit.wrong-step' } });
      expectOk(visits().end('left'));
    }
  }
});

it('whose it is and what stands in it is in no file and in no line of the log in clear', async () => {
  await draftKept();
  expectOk(visits().end('left'));
  for (const entry of readdirSync(under.dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    for (const value of [HER_LANDLORD, wang.number, wang.name, '13800005678']) {
      expect(bytes.includes(Buffer.from(value, 'utf8')), `${value} in ${entry.name}`).toBe(false);
    }
  }
  expect(JSON.stringify(under.log)).not.toMatch(/王磊|999901199002140036|13800005678|钱多多/);
});

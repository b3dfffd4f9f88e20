import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LeafAnswer } from '#contract/answers.ts';
import { attachmentsOf } from '#contract/application.ts';
import type { CorrectionTarget, ProgressPage } from '#contract/progress.ts';
import { withoutSignatures } from '#contract/signed-statement.ts';
import { vulnerableAnswers as answers } from '../fixtures/items/chain-answers.ts';
import { startDistrict, type District, type StoredCase } from '../support/district.ts';
import { smallJpeg } from '../support/small-jpeg.ts';
import {
  expectOk,
  received,
  step,
  until,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** What the office wants corrected is corrected where the resident happens to be: with a camera, and at another station. */

let district: District;
let home: TerminalUnderTest;
let elsewhere: TerminalUnderTest;

beforeAll(async () => {
  district = await startDistrict();
  home = await district.station({ id: 'demo-01', station: '001', hasCamera: true });
  elsewhere = await district.station({ id: 'demo-02', station: '002', hasCamera: true });
}, 90_000);
afterAll(() => district.close());
afterEach(() => {
  for (const under of [home, elsewhere]) expectOk(under.terminal.kiosk.visits.end('left'));
});

const signature = { width: 10, height: 10, strokes: [[[1, 1]]] as [number, number][][] }; // points are pairs

function photograph({ terminal }: TerminalUnderTest, paperId: string, content: number): void {
  const data = Buffer.from(smallJpeg(content)).toString('base64');
  const photo = { photoId: crypto.randomUUID(), part: 0, parts: 1, data, doubts: [], replaces: null };
  expectOk(terminal.kiosk.visits.attach({ paperId, ...photo }));
  expectOk(terminal.kiosk.visits.choosePaper(paperId, 'photo'));
}

function answer({ terminal }: TerminalUnderTest, pageId: string, value: LeafAnswer | null): void {
  const given = terminal.kiosk.visits.answer({ pageId, value, confirmedOdd: true });
  expect(given, pageId).toEqual({ ok: true, value: { problems: [] } });
}

/** To the check page: the bank book photographed, everything else shown to staff. */
async function fillIn(under: TerminalUnderTest): Promise<void> {
  const { visits } = under.terminal.kiosk;
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
    if (at.kind === 'paper') {
      const { paperId } = at.page;
      if (paperId.endsWith('m-bank')) photograph(under, paperId, 7);
      else expectOk(visits.choosePaper(paperId, 'staff'));
    } else if (at.kind === 'question') {
      answer(under, at.page.pageId, answers[at.page.pageId.replace(/^s\d+x/, '')] ?? null);
    } else throw new Error(at.kind);
  }
}

async function submitted(under: TerminalUnderTest): Promise<string> {
  expectOk(
    under.terminal.kiosk.visits.begin({
      slug: 'elderly-allowance',
      language: 'zh',
      requestId: crypto.randomUUID(),
    }),
  );
  await fillIn(under);
  expectOk(await under.terminal.kiosk.visits.submit());
  return acknowledgedCase(under);
}

async function acknowledgedCase(under: TerminalUnderTest): Promise<string> {
  const caseNo = await until(under.terminal, () => {
    const { forwarding } = received(under);
    return forwarding.state === 'acknowledged' && forwarding.caseNo;
  });
  expectOk(under.terminal.kiosk.visits.end('finished'));
  return caseNo;
}

const why = { zh: '看不清', en: 'Not legible' };
const page = (pageId: string): CorrectionTarget => ({ of: 'page', pageId });
const paper = (materialId: string): CorrectionTarget => ({ of: 'paper', materialId });

async function askFor(caseNo: string, targets: readonly CorrectionTarget[]): Promise<void> {
  const entries = targets.map((target) => ({ target, reason: why }));
  expect(await district.act(caseNo, 'corrections', { entries, workdays: 5 })).toBe(200);
}

async function atProgress<A extends ProgressPage['at']>(
  under: TerminalUnderTest,
  at: A,
): Promise<ProgressPage & { at: A }> {
  const found = await until(under.terminal, () => {
    const present = under.terminal.kiosk.visits.snapshot()?.step;
    return present?.kind === 'progress' && present.page.at === at && !isAsking(present.page) && present.page;
  });
  return found as ProgressPage & { at: A }; // of which `at` was just compared
}

function isAsking(shown: ProgressPage): boolean {
  return 'isAsking' in shown && shown.isAsking;
}

async function askByCard(under: TerminalUnderTest): Promise<void> {
  const { progress } = under.terminal.kiosk;
  expectOk(progress.begin({ language: 'zh', requestId: crypto.randomUUID() }));
  expectOk(progress.byCard());
  under.host.placeCard(zhang);
}

/** The newest case stands first: it is the one. */
async function openedFor(under: TerminalUnderTest, caseNo: string): Promise<void> {
  await askByCard(under);
  const at = await until(under.terminal, () => {
    const present = under.terminal.kiosk.visits.snapshot()?.step;
    return present?.kind === 'progress' && ['case', 'list'].includes(present.page.at) && present.page;
  });
  if (at.at === 'list') {
    const index = at.entries.findIndex((one) => one.known === 'platform' && one.case.caseNo === caseNo);
    expectOk(under.terminal.kiosk.progress.open(index));
  }
  expect(await atProgress(under, 'case')).toMatchObject({ canCorrect: 'yes', entry: { case: { caseNo } } });
  expectOk(await under.terminal.kiosk.progress.correct());
}

const paperOf = ({ payload }: StoredCase, paperId: string) =>
  payload.papers.find((record) => record.paperId === paperId);
const pictures = ({ payload }: StoredCase) =>
  attachmentsOf(payload).filter(({ subject }) => subject.kind === 'paper');
const sha256 = (content: number) => createHash('sha256').update(smallJpeg(content)).digest('hex');

describe('a paper that the office asks for again', () => {
  it('is photographed again, at another station too, and takes the place of the first picture', async () => {
    const caseNo = await submitted(home);
    const before = await district.stored(caseNo);
    expect(pictures(before).map((one) => one.sha256)).toEqual([sha256(7)]);
    await askFor(caseNo, [paper('m-bank')]);
    await openedFor(elsewhere, caseNo);
    expect(step(elsewhere)).toMatchObject({
      kind: 'paper',
      page: { paperId: 'm-bank', correction: why, way: null, photos: [], isReused: false },
    });
    photograph(elsewhere, 'm-bank', 9);
    expect(step(elsewhere)).toMatchObject({ kind: 'question', page: { pageId: 'signature' } });
    answer(elsewhere, 'signature', signature);
    expectOk(await elsewhere.terminal.kiosk.visits.submit());
    expect(received(elsewhere).receiptNo).toBe(before.receiptNo);
    expect(await acknowledgedCase(elsewhere)).toBe(caseNo);
    const after = await district.stored(caseNo);
    expect(after).toMatchObject({ status: '02', receiptNo: before.receiptNo, stationId: '999901002' });
    expect(pictures(after).map((one) => one.sha256)).toEqual([sha256(9)]);
    // What was not named is as it was, though this terminal never saw it.
    expect(paperOf(after, 'm-photo')).toEqual(paperOf(before, 'm-photo'));
    expect(after.payload.answers).toMatchObject(withoutSignatures(before.payload.answers));
  });

  it('is photographed when the office first meant to look it up, and its picture of another paper stays', async () => {
    const caseNo = await submitted(home);
    await askFor(caseNo, [paper('m-hukou')]);
    await openedFor(elsewhere, caseNo);
    expect(step(elsewhere)).toMatchObject({
      kind: 'paper',
      page: { paperId: 'm-hukou', correction: why, way: null },
    });
    photograph(elsewhere, 'm-hukou', 5);
    answer(elsewhere, 'signature', signature);
    const review = step(elsewhere);
    if (review.kind !== 'review') throw new Error(review.kind);
    expect(review.corrections).toEqual([]);
    expect(review.papers.find(({ paperId }) => paperId === 'm-bank')).toMatchObject({
      way: 'photo',
      pages: 1,
    });
    expectOk(await elsewhere.terminal.kiosk.visits.submit());
    await acknowledgedCase(elsewhere);
    const after = await district.stored(caseNo);
    expect(
      pictures(after)
        .map((one) => one.sha256)
        .sort(),
    ).toEqual([sha256(5), sha256(7)].sort());
    expect(paperOf(after, 'm-hukou')).toMatchObject({ way: 'photo' });
  });

  it('need not be photographed: staff may look at it, and then no old picture is handed in for it', async () => {
    const caseNo = await submitted(home);
    await askFor(caseNo, [paper('m-bank')]);
    await openedFor(home, caseNo);
    expectOk(home.terminal.kiosk.visits.choosePaper('m-bank', 'staff'));
    answer(home, 'signature', signature);
    expectOk(await home.terminal.kiosk.visits.submit());
    await acknowledgedCase(home);
    const after = await district.stored(caseNo);
    expect(pictures(after)).toEqual([]);
    expect(paperOf(after, 'm-bank')).toMatchObject({ way: 'staff' });
  });
});

describe('what was applied for together', () => {
  /** The allowance (1) and the card of the old (3), in one go: their case numbers. */
  async function chainSubmitted(): Promise<{
    readonly cases: readonly [string, string];
    readonly qr: string;
  }> {
    const { visits } = home.terminal.kiosk;
    const requestId = crypto.randomUUID();
    expectOk(visits.beginChain({ id: 'vulnerable', orders: [1, 3], language: 'zh', requestId }));
    await fillIn(home);
    expectOk(await visits.submit());
    const [first, second] = await until(home.terminal, () => {
      const cases = received(home).chain?.parts.flatMap(({ forwarding }) =>
        forwarding.state === 'acknowledged' ? [forwarding.caseNo] : [],
      );
      return cases?.length === 2 && cases;
    });
    const { qr } = received(home);
    expectOk(visits.end('finished'));
    return { cases: [first ?? '', second ?? ''], qr };
  }

  /** By the card, among all that he has applied for. */
  async function atChain(under: TerminalUnderTest, caseNo: string): Promise<ProgressPage & { at: 'chain' }> {
    await askByCard(under);
    const list = await atProgress(under, 'list');
    const index = list.entries.findIndex((one) => one.known === 'platform' && one.case.caseNo === caseNo);
    expectOk(under.terminal.kiosk.progress.open(index));
    return atProgress(under, 'chain');
  }

  it('is one page with each state, one notice, corrected in one go: asked once, and each back to its own case', async () => {
    const { cases } = await chainSubmitted();
    const [allowance, card] = cases;
    const before = [await district.stored(allowance), await district.stored(card)] as const;
    await askFor(allowance, [page('mobile'), paper('m-bank')]);
    await askFor(card, [page('mobile'), page('pickup')]);
    const shown = await atChain(elsewhere, card);
    expect(shown).toMatchObject({
      name: { zh: expect.stringContaining('弱势群体') },
      canCorrect: 'yes',
      members: [
        {
          entry: { case: { caseNo: allowance, status: '06', detail: { correction: { entries: [{}, {}] } } } },
        },
        { entry: { case: { caseNo: card, status: '06', detail: { correction: { entries: [{}, {}] } } } } },
      ],
    });
    expect(JSON.stringify(shown)).not.toMatch(/张建国|999901194503120014|13800005678/);
    expectOk(await elsewhere.terminal.kiosk.progress.correct());
    const asked: string[] = [];
    for (let at = step(elsewhere); at.kind !== 'review'; at = step(elsewhere)) {
      if (at.kind === 'question') {
        asked.push(at.page.pageId);
        const { type } = at.page.question;
        const value =
          type === 'signature' ? signature : at.page.pageId.endsWith('mobile') ? '13911112222' : 'home';
        answer(elsewhere, at.page.pageId, value);
      } else if (at.kind === 'paper') {
        asked.push(at.page.paperId);
        photograph(elsewhere, at.page.paperId, 9);
      } else throw new Error(at.kind);
    }
    // The telephone number of both of them once, and nothing that nobody has named.
    expect(asked.filter((id) => !id.endsWith('signature'))).toEqual(['s1xmobile', 's3xpickup', 's1xm-bank']);
    const both = await Promise.all([0, 1].map(() => elsewhere.terminal.kiosk.visits.submit()));
    for (const one of both) expectOk(one);
    const back = await until(elsewhere.terminal, () => {
      const numbers = received(elsewhere).chain?.parts.flatMap(({ forwarding }) =>
        forwarding.state === 'acknowledged' ? [forwarding.caseNo] : [],
      );
      return numbers?.length === 2 && numbers;
    });
    expect(back).toEqual([allowance, card]);
    const after = [await district.stored(allowance), await district.stored(card)] as const;
    for (const [index, one] of after.entries()) {
      expect(one).toMatchObject({ status: '02', receiptNo: before[index]?.receiptNo });
      expect(one.payload.answers['mobile']).toBe('13911112222');
      // It stays what it was in its chain.
      expect(one.payload.chain).toEqual(before[index]?.payload.chain);
      expect(one.payload.consents).toEqual(before[index]?.payload.consents);
    }
    expect(after[1].payload.answers['pickup']).toBe('home');
    expect(pictures(after[0]).map((one) => one.sha256)).toEqual([sha256(9)]);
    expect(Object.keys(after[0].payload.answers)).toEqual(
      expect.arrayContaining(Object.keys(before[0].payload.answers)),
    );
    expect(after[0].payload.signing).toMatchObject({ state: 'signed' });
    const slip = JSON.stringify(elsewhere.host.printed.at(-1)?.document ?? elsewhere.host.printed);
    expect(slip).toContain('补正收件凭证');
  });

  it('of which only one is to be corrected, opens that one', async () => {
    const { cases } = await chainSubmitted();
    await askFor(cases[1], [page('pickup')]);
    expect(await atChain(home, cases[0])).toMatchObject({ canCorrect: 'yes' });
    expectOk(await home.terminal.kiosk.progress.correct());
    expect(home.terminal.kiosk.visits.snapshot()).toMatchObject({
      item: { slug: 'senior-card' },
      step: { kind: 'question', page: { pageId: 'pickup', correction: why } },
    });
  });

  it('is found whole by the code of its slip, without a word that the office wrote', async () => {
    const { cases, qr } = await chainSubmitted();
    await askFor(cases[0], [page('mobile')]);
    const { progress, visits } = elsewhere.terminal.kiosk;
    expectOk(progress.begin({ language: 'zh', requestId: crypto.randomUUID() }));
    elsewhere.host.showCode(qr);
    const shown = await atProgress(elsewhere, 'chain');
    expect(shown).toMatchObject({ canCorrect: 'needs-card', byCard: false });
    expect(shown.members.map(({ entry }) => entry.known === 'platform' && entry.case.caseNo)).toEqual(cases);
    expect(JSON.stringify(shown)).not.toContain(why.zh);
    expect(await progress.correct()).toMatchObject({ ok: false });
    expectOk(progress.print());
    await until(elsewhere.terminal, () => {
      const at = step(elsewhere);
      return at.kind === 'progress' && at.print?.state === 'printed';
    });
    const slip = JSON.stringify(elsewhere.host.printed.at(-1)?.document);
    for (const caseNo of cases) expect(slip).toContain(caseNo);
    expect(slip).not.toMatch(/张|999901194503120014|看不清/);
    expectOk(progress.open(shown.members[1]?.index ?? -1));
    expect(await atProgress(elsewhere, 'case')).toMatchObject({ entry: { case: { caseNo: cases[1] } } });
    expectOk(visits.back());
    await atProgress(elsewhere, 'chain');
    expectOk(visits.back());
    await atProgress(elsewhere, 'ways');
  });
});

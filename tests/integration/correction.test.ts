import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ProgressPage } from '#contract/progress.ts';
import { readSlipQr } from '#contract/query-code.ts';
import { catalogueDir } from '#platform/catalogue/load-catalogue.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { startPlatform, type Platform } from '#platform/server.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { startLine, type Line } from '../../scripts/demo/line.ts';
import { platformCases } from '../support/platform-cases.ts';
import {
  expectOk,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  step,
  submit,
  until,
  untilReady,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

const DESK_TOKEN = 'desk-token-of-the-test';
const li: IdentityDocument = {
  ...zhang,
  name: '李秀梅',
  sex: '2',
  birthday: '19880806',
  number: '999901198808060022',
};

let postgres: TestPostgres;
let platform: Platform;
let line: Line;
let under: TerminalUnderTest;
let dataDir: string;
/** How far the terminal's clock is behind. */
let clockBehindMs = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await postgres.close();
});
beforeEach(async () => {
  const databaseUrl = await postgres.createDatabase();
  platform = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    clock: systemClock,
    catalogueDir,
  });
  line = await startLine({
    host: '127.0.0.1',
    port: 0,
    target: { host: '127.0.0.1', port: Number(new URL(platform.url).port) },
  });
  dataDir = newDataDir();
  const enrolmentCodeFile = join(dataDir, 'enrolment-code');
  writeFileSync(
    enrolmentCodeFile,
    await issueTestCode(databaseUrl, 'demo-01', '999901001', systemClock.now()),
  );
  under = startTerminalUnderTest({
    dataDir,
    platformUrl: `http://127.0.0.1:${line.port}`,
    enrolmentCodeFile,
    hasScanner: true,
    timeoutSeconds: 20,
    clock: { ...systemClock, now: () => systemClock.now() - clockBehindMs },
    programMadeMs: Date.UTC(2025, 0, 1),
  });
  await untilReady(under);
});
afterEach(async () => {
  clockBehindMs = 0;
  await under.close();
  await line.close();
  await platform.close();
  removeDataDir(dataDir);
});

const visits = () => under.terminal.kiosk.visits;
const progress = () => under.terminal.kiosk.progress;
const online = () =>
  until(under.terminal, () => under.terminal.kiosk.station.snapshot().platform === 'online');
const offline = () =>
  until(under.terminal, () => under.terminal.kiosk.station.snapshot().platform === 'offline');
const cases = () => platformCases({ url: platform.url, deskToken: DESK_TOKEN });

/** Submitted at this terminal, and at the platform: its numbers, as they stand on the slip. */
async function submitted(): Promise<{
  readonly receiptNo: string;
  readonly caseNo: string;
  readonly qr: string;
}> {
  const receiptNo = await submit(under);
  const { qr } = received(under);
  const caseNo = await until(under.terminal, () => {
    const { forwarding } = received(under);
    return forwarding.state === 'acknowledged' && forwarding.caseNo;
  });
  expectOk(visits().end('finished'));
  return { receiptNo, caseNo, qr };
}

async function desk(caseNo: string, act: string, body: unknown): Promise<number> {
  const answer = await fetch(`${platform.url}/v1/cases/${caseNo}/${act}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${DESK_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.status;
}

const reason = { zh: '电话打不通', en: 'The number does not answer' };
const askForCorrection = (caseNo: string): Promise<number> =>
  desk(caseNo, 'corrections', {
    entries: [
      { target: { of: 'page', pageId: 'mobile' }, reason },
      { target: { of: 'page', pageId: 'homeAddress' }, reason: { zh: '少了门牌号', en: 'No door number' } },
      { target: { of: 'paper', materialId: 'm-id' }, reason: { zh: '照片看不清', en: 'Blurred' } },
    ],
    workdays: 5,
  });

function page(): ProgressPage {
  const at = step(under);
  if (at.kind !== 'progress') throw new Error(`the visit is at ${at.kind}`);
  return at.page;
}

function casePage() {
  const at = page();
  if (at.at !== 'case') throw new Error(`the page is ${at.at}`);
  return at;
}

async function untilPage<A extends ProgressPage['at']>(at: A): Promise<ProgressPage & { at: A }> {
  const found = await until(under.terminal, () => {
    const present = visits().snapshot()?.step;
    return present?.kind === 'progress' && present.page.at === at && present.page;
  });
  return found as ProgressPage & { at: A }; // of which `at` was just compared
}

function beginAsking(): void {
  expectOk(progress().begin({ language: 'zh', requestId: crypto.randomUUID() }));
}

async function askByCard(card: IdentityDocument): Promise<void> {
  beginAsking();
  expectOk(progress().byCard());
  under.host.placeCard(card);
}

async function atCase(caseNo: string): Promise<void> {
  await askByCard(zhang);
  await untilPage('case');
  expect(casePage()).toMatchObject({ entry: { known: 'platform', case: { caseNo } } });
}

const signature = {
  width: 100,
  height: 50,
  strokes: [
    [
      [1, 1],
      [2, 2],
    ],
  ] as [number, number][][],
}; // points are pairs

function answer(pageId: string, value: Parameters<ReturnType<typeof visits>['answer']>[0]['value']): void {
  const given = visits().answer({ pageId, value, confirmedOdd: true });
  expect(given).toEqual({ ok: true, value: { problems: [] } });
}

/** Through what the notice names, and the signature that the new answers need, to the check page. */
function correctIt(): void {
  expect(step(under)).toMatchObject({
    kind: 'question',
    page: { pageId: 'mobile', correction: reason, masked: '138****5678', progress: { step: 1, of: 3 } },
  });
  answer('mobile', '13900001234');
  expect(step(under)).toMatchObject({
    kind: 'question',
    page: { pageId: 'homeAddress', progress: { step: 2, of: 3 } },
  });
  answer('homeAddress', { useCard: true });
  expect(step(under)).toMatchObject({ kind: 'question', page: { pageId: 'signature' } });
  answer('signature', signature);
  expect(step(under).kind).toBe('review');
}

const payloadOf = async (caseNo: string) => {
  const answered = await fetch(`${platform.url}/v1/cases/${caseNo}`, {
    headers: { authorization: `Bearer ${DESK_TOKEN}` },
  });
  return (await answered.json()) as {
    readonly receiptNo: string;
    readonly status: string;
    readonly payload: { readonly identitySource: string; readonly answers: Record<string, unknown> };
  }; // of the contract's form
};

describe('a correction', () => {
  it('comes back to the same case as its second revision, under the same receipt number', async () => {
    const { receiptNo, caseNo } = await submitted();
    expect(await askForCorrection(caseNo)).toBe(200);
    await atCase(caseNo);
    expect(casePage()).toMatchObject({
      canCorrect: 'yes',
      entry: { case: { status: '06', detail: { correction: { entries: [{}, {}, {}] } } } },
    });
    expect(JSON.stringify(visits().snapshot())).not.toMatch(/张建国|999901194503120014|13800005678/);
    const { visitId } = visits().snapshot() ?? {};
    expectOk(await progress().correct());
    expect(visits().snapshot()).toMatchObject({
      visitId,
      item: { slug: 'elderly-allowance' },
      canGoBack: true,
    });
    correctIt();
    expect(step(under)).toMatchObject({ corrections: [{ reason: { zh: '照片看不清' } }] });
    // A double touch, both under way at once.
    const both = await Promise.all([visits().submit(), visits().submit()]);
    for (const one of both) expectOk(one);
    expect(received(under)).toMatchObject({ receiptNo });
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
    expect(received(under).forwarding).toEqual({ state: 'acknowledged', caseNo });
    const slips = under.host.printed.map(({ document }) => JSON.stringify(document));
    expect(slips).toHaveLength(2);
    expect(slips[1]).toContain('补正收件凭证');
    expect(await cases()).toMatchObject([{ caseNo, receiptNo, revision: 2, status: '02' }]);
    const stored = await payloadOf(caseNo);
    expect(stored).toMatchObject({ receiptNo, status: '02', payload: { identitySource: 'card' } });
    expect(stored.payload.answers).toMatchObject({
      mobile: '13900001234',
      applicantName: '张建国',
      bankAccount: '6222020000000000004',
      liveAlone: 'alone',
    });
    // Answered: there is nothing to correct any more.
    expectOk(visits().end('finished'));
    expect(visits().snapshot()).toBeNull();
    await atCase(caseNo);
    expect(casePage()).toMatchObject({ canCorrect: 'no', entry: { case: { status: '02' } } });
  });

  it('is not submitted before everything that the notice names was gone through', async () => {
    const { caseNo } = await submitted();
    await askForCorrection(caseNo);
    await atCase(caseNo);
    expectOk(await progress().correct());
    // Back from a page of the notice is the check page.
    expectOk(visits().back());
    expect(step(under).kind).toBe('review');
    expect(await visits().submit()).toMatchObject({ ok: false, fault: { code: 'intake.incomplete' } });
    correctIt();
    expectOk(await visits().submit());
  });

  it('is neither opened nor received under a date that cannot be, and nothing of it is lost', async () => {
    const wrong = { code: 'station.clock-wrong' };
    const { caseNo } = await submitted();
    await askForCorrection(caseNo);
    await atCase(caseNo);
    clockBehindMs = systemClock.now();
    expectOk(await progress().correct());
    expect(casePage()).toMatchObject({ fault: wrong });
    clockBehindMs = 0;
    expectOk(await progress().correct());
    correctIt();
    clockBehindMs = systemClock.now();
    expect(await visits().submit()).toMatchObject({ ok: false, fault: wrong });
    clockBehindMs = 0;
    expect(step(under).kind).toBe('review');
    expectOk(await visits().submit());
  });

  it('that meets a cut line waits here, is said to wait, and arrives once', async () => {
    const { receiptNo, caseNo, qr } = await submitted();
    await askForCorrection(caseNo);
    await atCase(caseNo);
    expectOk(await progress().correct());
    correctIt();
    await line.cut('refuse');
    await offline();
    expectOk(await visits().submit());
    expect(received(under).receiptNo).toBe(receiptNo);
    expectOk(visits().end('finished'));
    beginAsking();
    under.host.showCode(qr);
    await untilPage('case');
    expect(casePage()).toMatchObject({
      platformFault: { code: 'progress.needs-line' },
      entry: { known: 'station', application: { receiptNo, sent: null } },
    });
    expectOk(visits().end('left'));
    await line.join();
    await until(under.terminal, () => under.terminal.kiosk.station.snapshot().outbox.waiting === 0);
    expect(await cases()).toMatchObject([{ caseNo, revision: 2, status: '02' }]);
  });

  it('is not offered while the line is cut, and is again when it is joined', async () => {
    const { caseNo } = await submitted();
    await askForCorrection(caseNo);
    await atCase(caseNo);
    await line.cut('refuse');
    await offline();
    expect(casePage().canCorrect).toBe('offline');
    expectOk(await progress().correct());
    expect(casePage()).toMatchObject({ fault: { code: 'progress.needs-line' } });
    await line.join();
    await online();
    expect(casePage().canCorrect).toBe('yes');
  });
});

describe('who asks how a case goes', () => {
  it('by the slip’s code sees where it stands, and no word that the office wrote', async () => {
    const { caseNo, qr } = await submitted();
    await askForCorrection(caseNo);
    beginAsking();
    under.host.showCode('a code of something else');
    await until(under.terminal, () => {
      const at = page();
      return at.at === 'ways' && at.fault?.code === 'progress.not-a-slip';
    });
    under.host.showCode(qr);
    await untilPage('case');
    expect(casePage()).toMatchObject({
      byCard: false,
      canCorrect: 'needs-card',
      entry: { case: { detail: null } },
    });
    expect(JSON.stringify(casePage())).not.toContain('电话打不通');
    expect(await progress().correct()).toMatchObject({ ok: false });
  });

  it('by a number with a wrong code, and by another card, finds nothing', async () => {
    const { qr } = await submitted();
    const slip = readSlipQr(qr);
    if (!slip?.queryCode) throw new Error('the slip has no code');
    beginAsking();
    expectOk(progress().byNumber());
    const queryCode = slip.queryCode === '000000' ? '000001' : '000000';
    expectOk(await progress().ask({ receiptNo: slip.receiptNo, queryCode }));
    expect(page()).toMatchObject({ at: 'number', fault: { code: 'progress.none' } });
    expectOk(await progress().ask({ receiptNo: slip.receiptNo, queryCode: slip.queryCode }));
    expect(page().at).toBe('case');
    expectOk(visits().end('left'));
    await askByCard(li);
    expect(await untilPage('list')).toMatchObject({ entries: [] });
  });

  it('gets a slip about it, which is of no application and leaves nothing', async () => {
    const { caseNo } = await submitted();
    await atCase(caseNo);
    expectOk(progress().print());
    await until(under.terminal, () => {
      const at = step(under);
      return at.kind === 'progress' && at.print?.state === 'printed';
    });
    const slip = JSON.stringify(under.host.printed.at(-1)?.document);
    expect(slip).toContain(caseNo);
    expect(slip).not.toMatch(/张|999901194503120014/);
  });

  it('and leaves while the platform is asked, sees nothing of the answer, and nor does the next one', async () => {
    await submitted();
    await askByCard(zhang);
    expectOk(visits().end('left'));
    beginAsking();
    expect(page()).toMatchObject({ at: 'ways', isAsking: false });
    expectOk(visits().end('left'));
    expect(visits().snapshot()).toBeNull();
  });
});

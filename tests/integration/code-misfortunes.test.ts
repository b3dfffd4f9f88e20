/** A code on a telephone in place of the card: what it gives, and everything that can go wrong with it. */
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault, type FaultCode } from '#contract/fault.ts';
import type { DeviceState } from '#contract/devices.ts';
import { json, startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import {
  answerElderly,
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

const CODE = 'opaque-token-of-a-minute';
const inTenMinutes = (): string => new Date(Date.now() + 600_000).toISOString();

let platform: ScriptedPlatform;
let under: TerminalUnderTest;
let dataDir: string;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  platform.onResolve = giveZhang;
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url, hasScanner: true });
  await untilReady(under);
});

afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

const visits = () => under.terminal.kiosk.visits;
const lost: DeviceState = { state: 'lost', fault: fault('device.lost'), retryInMs: 1000 };

function giveZhang(_token: string, response: ServerResponse): void {
  json(response, 200, { identity: zhang, expiresAt: inTenMinutes() });
}

function toCardPage(): void {
  expectOk(visits().begin({ slug: 'elderly-allowance', language: 'zh', requestId: crypto.randomUUID() }));
  expectOk(visits().consent(['c-notice', 'c-sensitive']));
}

const cardStep = () => {
  const at = step(under);
  if (at.kind !== 'card') throw new Error(`at ${at.kind}`);
  return at;
};

const untilRead = () => until(under.terminal, () => cardStep().reader === 'read');

async function untilRefused(): Promise<FaultCode | undefined> {
  await until(under.terminal, () => cardStep().code?.state === 'refused');
  const { code } = cardStep();
  return code?.state === 'refused' ? code.fault.code : undefined;
}

/** The platform is asked and does not answer yet. */
async function untilAsked(): Promise<ServerResponse> {
  return new Promise((resolve) => {
    platform.onResolve = (_token, response) => resolve(response);
    under.host.showCode(CODE);
  });
}

const gone = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    response.once('close', resolve);
  });

async function theCardStillWorks(): Promise<void> {
  under.host.placeCard(zhang);
  await untilRead();
  expect(cardStep()).toMatchObject({ source: 'card', person: { name: '张*国' } });
}

/** What the audit holds of codes, once the terminal is closed. */
async function auditOfCodes(): Promise<unknown[]> {
  await under.close();
  const database = new DatabaseSync(join(dataDir, 'terminal.db'));
  const rows = database
    .prepare("SELECT disposition, detail FROM audit WHERE event = 'code.asked' ORDER BY sequence")
    .all();
  database.close();
  return rows.map((row) => ({ ...row }));
}

describe('a code', () => {
  it('is looked for only while the card page asks', async () => {
    expect(under.host.watchingCodes).toBe(false);
    toCardPage();
    expect(under.host.watchingCodes).toBe(true);
    expect(cardStep()).toMatchObject({ reader: 'looking', code: { state: 'ready' } });
    under.host.showCode(CODE);
    expect(cardStep().code).toEqual({ state: 'resolving' });
    await untilRead();
    expect(under.host.watchingCodes).toBe(false);
  });

  it('leads to the same form as the card, is said to be one, and asks for no originals', async () => {
    toCardPage();
    under.host.showCode(CODE);
    await untilRead();
    expect(cardStep()).toMatchObject({
      source: 'code',
      person: { name: '张*国', number: '999901********0014', sex: '1', age: 81 },
    });
    expectOk(visits().acceptCard());
    answerElderly(under);
    expect(step(under)).toMatchObject({
      kind: 'review',
      rows: expect.arrayContaining([
        expect.objectContaining({ pageId: 'applicantName', source: 'code' }),
        expect.objectContaining({ pageId: 'mobile', source: 'typed' }),
      ]),
    });
    expectOk(await visits().submit());
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
    expect([...platform.acknowledged.values()].join()).toContain('"identitySource":"code"');
    await until(under.terminal, () => received(under).print.state === 'printed');
    // Papers may be called for; the document that says who it is may not.
    expect(JSON.stringify(under.host.printed)).not.toContain('证件原件');
    expect(platform.asked).toEqual([CODE]);
    expect(await auditOfCodes()).toEqual([{ disposition: 'success', detail: null }]);
  });

  it('that comes when nobody asks is nobody’s, and reaches nobody', () => {
    under.host.showCode(CODE);
    expect(visits().snapshot()).toBeNull();
    toCardPage();
    expectOk(visits().typeIdentity());
    under.host.showCode(CODE);
    expect(step(under)).toMatchObject({ kind: 'question' });
    expect(platform.asked).toEqual([]);
  });

  it('is shown again by the way back, and counts as a code once more', async () => {
    toCardPage();
    under.host.showCode(CODE);
    await untilRead();
    expectOk(visits().acceptCard());
    expectOk(visits().back());
    expect(cardStep()).toMatchObject({ reader: 'read', source: 'code' });
    expectOk(visits().acceptCard());
    expect(step(under).kind).toBe('question');
    expect(platform.asked).toHaveLength(1);
  });
});

describe('two at once', () => {
  it('a second code while one is being resolved is ignored', async () => {
    toCardPage();
    const first = await untilAsked();
    under.host.showCode('another-token');
    under.host.emit({ type: 'code-fault', device: 'scanner', fault: fault('device.garbled') });
    expect(cardStep().code).toEqual({ state: 'resolving' });
    giveZhang(CODE, first);
    await untilRead();
    expect(platform.asked).toEqual([CODE]);
  });

  it('a card that is read while a code is being resolved wins, and the question is given up', async () => {
    toCardPage();
    const asked = await untilAsked();
    const closed = gone(asked);
    await theCardStillWorks();
    await closed;
    giveZhang(CODE, asked);
    expect(cardStep().source).toBe('card');
    expect(await auditOfCodes()).toEqual([{ disposition: 'dropped', detail: null }]);
  });

  it('a card that is not read meanwhile does not cost the code', async () => {
    toCardPage();
    const asked = await untilAsked();
    under.host.emit({ type: 'card-fault', device: 'card-reader', fault: fault('card.not-id-card') });
    giveZhang(CODE, asked);
    await untilRead();
    expect(cardStep().source).toBe('code');
  });
});

describe('a code while the line is down', () => {
  it('is refused at once and sent nowhere; the page says so before one is shown, and the card works', async () => {
    toCardPage();
    platform.down = true;
    await until(under.terminal, () => cardStep().code?.state === 'unavailable');
    expect(cardStep().code).toMatchObject({ fault: { code: 'code.needs-line' } });
    under.host.showCode(CODE);
    expect(cardStep().code).toMatchObject({ state: expect.stringMatching(/resolving|unavailable/) });
    await until(under.terminal, () => cardStep().code?.state === 'unavailable');
    expect(platform.asked).toEqual([]);
    await theCardStillWorks();
  });

  it('is offered again when the line is back', async () => {
    toCardPage();
    platform.down = true;
    await until(under.terminal, () => cardStep().code?.state === 'unavailable');
    under.host.showCode(CODE);
    platform.down = false;
    await until(under.terminal, () => cardStep().code?.state === 'ready');
    under.host.showCode(CODE);
    await untilRead();
  });

  it('that breaks in the middle of the question is refused for want of a line, and the card works', async () => {
    toCardPage();
    const asked = await untilAsked();
    asked.destroy();
    await until(under.terminal, () => cardStep().code?.state === 'unavailable');
    expect(cardStep().code).toMatchObject({ fault: { code: 'code.needs-line' } });
    await theCardStillWorks();
    expect(await auditOfCodes()).toEqual([{ disposition: 'code.needs-line', detail: null }]);
  });

  it('whose platform never answers is refused when the time is over', async () => {
    toCardPage();
    await untilAsked();
    await until(under.terminal, () => cardStep().code?.state === 'unavailable');
    expect(cardStep().code).toMatchObject({ fault: { code: 'code.needs-line' } });
    await theCardStillWorks();
  });
});

describe('a code that gives nobody is refused by name, and the next one counts', () => {
  const answers: readonly (readonly [string, FaultCode, (response: ServerResponse) => void])[] = [
    ['expired', 'code.expired', (response) => json(response, 410, { code: 'CODE_EXPIRED' })],
    ['used already', 'code.used', (response) => json(response, 409, { code: 'CODE_USED' })],
    ['unknown', 'code.unknown', (response) => json(response, 404, { code: 'CODE_UNKNOWN' })],
    [
      'shown to a platform that resolves none',
      'code.not-supported',
      (response) => json(response, 501, { code: 'CODES_NOT_SUPPORTED' }),
    ],
    [
      'shown to a platform of before there were codes',
      'code.not-supported',
      (response) => json(response, 404, { code: 'NOT_FOUND' }),
    ],
    ['met by a failure', 'code.not-resolved', (response) => json(response, 500, {})],
    ['one too many', 'code.not-resolved', (response) => json(response, 429, {}, { 'retry-after': '60' })],
    ['met by a refused terminal', 'code.not-resolved', (response) => json(response, 401, {})],
    ['answered with half a document', 'code.not-resolved', (response) => json(response, 200, '{"identity":')],
    [
      'answered with a nameless person',
      'code.not-resolved',
      (response) => json(response, 200, { identity: { ...zhang, name: '' }, expiresAt: inTenMinutes() }),
    ],
    [
      'answered with a number whose check digit is wrong',
      'code.not-resolved',
      (response) =>
        json(response, 200, {
          identity: { ...zhang, number: '999901194503120015' },
          expiresAt: inTenMinutes(),
        }),
    ],
    [
      'answered at a length that no person has',
      'code.not-resolved',
      (response) =>
        json(response, 200, { identity: zhang, expiresAt: inTenMinutes(), more: 'x'.repeat(20_000) }),
    ],
  ];

  it.each(answers)('%s', async (_name, code, answer) => {
    toCardPage();
    platform.onResolve = (_token, response) => answer(response);
    under.host.showCode(CODE);
    expect(await untilRefused()).toBe(code);
    expect(cardStep().reader).toBe('looking');
    expect(under.host.watchingCodes).toBe(true);
    platform.onResolve = giveZhang;
    under.host.showCode('a-fresh-one');
    await untilRead();
    expect(cardStep().source).toBe('code');
  });

  it('too old to begin with, when the resident has read the page for too long', async () => {
    toCardPage();
    platform.onResolve = (_token, response) =>
      json(response, 200, { identity: zhang, expiresAt: new Date(Date.now() - 1).toISOString() });
    under.host.showCode(CODE);
    await untilRead();
    expectOk(visits().acceptCard());
    expect(await untilRefused()).toBe('code.expired');
    await theCardStillWorks();
  });
});

describe('a scanner', () => {
  it.each([
    ['device.garbled', 'code.garbled'],
    ['device.frame-too-long', 'code.garbled'],
    ['device.refused', 'code.scanner-fault'],
    ['device.silent', 'code.scanner-fault'],
  ] as const)('that reports %s is %s on the page, and the next code counts', async (reason, code) => {
    toCardPage();
    under.host.emit({ type: 'code-fault', device: 'scanner', fault: fault(reason) });
    expect(await untilRefused()).toBe(code);
    expect(platform.asked).toEqual([]);
    under.host.showCode(CODE);
    await untilRead();
  });

  it('that is lost takes its offer away, leaves the reader, and brings it back', () => {
    toCardPage();
    under.host.setState('scanner', lost);
    expect(cardStep()).toMatchObject({ reader: 'looking', code: { state: 'unavailable' } });
    under.host.setState('scanner', { state: 'ready', identity: 'fake' });
    expect(cardStep().code).toEqual({ state: 'ready' });
  });

  it('is what helps when the reader is lost', async () => {
    toCardPage();
    under.host.setState('card-reader', lost);
    expect(cardStep()).toMatchObject({ reader: 'unavailable', code: { state: 'ready' } });
    under.host.showCode(CODE);
    await untilRead();
  });

  it('whose host dies while the platform is asked costs nothing: the answer comes', async () => {
    toCardPage();
    const asked = await untilAsked();
    under.host.die();
    giveZhang(CODE, asked);
    await untilRead();
    expect(cardStep().source).toBe('code');
  });

  it('whose host died is watched again by the new one', async () => {
    toCardPage();
    under.host.die();
    await until(under.terminal, () => under.hosts.length === 2 && cardStep().code?.state === 'ready');
    expect(under.host.watchingCodes).toBe(true);
  });
});

describe('an answer that comes late', () => {
  it('after the visit ended is given up, and shows nobody to the next resident', async () => {
    toCardPage();
    const asked = await untilAsked();
    const closed = gone(asked);
    expectOk(visits().end('left'));
    toCardPage();
    await closed;
    giveZhang(CODE, asked);
    expect(cardStep()).toMatchObject({ reader: 'looking', code: { state: 'ready' } });
    expect(JSON.stringify(visits().snapshot())).not.toContain('张');
    expect(await auditOfCodes()).toEqual([{ disposition: 'dropped', detail: null }]);
  });

  it.each([
    ['back', () => visits().back()],
    ['to typing', () => visits().typeIdentity()],
  ] as const)('after the page was left %s is given up, and the page after it stays', async (_way, leave) => {
    toCardPage();
    const asked = await untilAsked();
    const closed = gone(asked);
    expectOk(leave());
    const at = step(under);
    await closed;
    giveZhang(CODE, asked);
    expect(step(under)).toEqual(at);
    expect(under.terminal.kiosk.station.snapshot().platform).toBe('online');
  });

  it('in another language is still awaited: changing it leaves no page', async () => {
    toCardPage();
    const asked = await untilAsked();
    expectOk(visits().setLanguage('en'));
    giveZhang(CODE, asked);
    await untilRead();
  });
});

it('a terminal without a scanner says nothing of codes', async () => {
  await under.close();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
  toCardPage();
  expect(cardStep()).not.toHaveProperty('code');
});

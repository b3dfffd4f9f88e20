import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import type { DeviceState } from '#contract/devices.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { FakeDeviceHost } from '../support/fake-device-host.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { coreItem, startOfflineCore, submitTo } from '../support/terminal-core.ts';
import {
  expectOk,
  fillIn,
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

let platform: ScriptedPlatform;
let under: TerminalUnderTest;
let dataDir: string;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
});

afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

const visits = () => under.terminal.kiosk.visits;
const attention = (...needs: ('paper-out' | 'cover-open' | 'paper-near-end')[]): DeviceState => ({
  state: 'attention',
  identity: 'fake',
  needs,
});
const lost: DeviceState = { state: 'lost', fault: fault('device.lost'), retryInMs: 1000 };

class NearlyOutOfPaper extends FakeDeviceHost {
  override setState(id: string, status: DeviceState): void {
    super.setState(id, id === 'printer' && status.state === 'ready' ? attention('paper-near-end') : status);
  }
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

describe('the card', () => {
  it('is looked for only while the card page asks for it', () => {
    expect(under.host.watching).toBe(false);
    toCardPage();
    expect(under.host.watching).toBe(true);
    under.host.placeCard(zhang);
    expect(cardStep().reader).toBe('read');
    expect(under.host.watching).toBe(false);
  });

  it('leaves the terminal only behind its mask', () => {
    toCardPage();
    under.host.placeCard(zhang);
    expect(cardStep().person).toEqual({ name: '张*国', number: '999901********0014', sex: '1', age: 81 });
    expect(JSON.stringify(visits().snapshot())).not.toContain('19450312');
  });

  it('that was pulled out is asked for again, and the next try counts', () => {
    toCardPage();
    under.host.emit({ type: 'card-fault', device: 'card-reader', fault: fault('card.read-failed') });
    expect(cardStep()).toMatchObject({ reader: 'retry', fault: { code: 'card.read-failed' } });
    expect(under.host.watching).toBe(true);
    under.host.placeCard(zhang);
    expect(cardStep().reader).toBe('read');
  });

  it('whose number does not keep its check digit was not read right', () => {
    toCardPage();
    under.host.placeCard({ ...zhang, number: '999901194503120015' });
    expect(cardStep()).toMatchObject({ reader: 'retry', fault: { code: 'card.unreadable-text' } });
  });

  it('of a person of 38 ends at the reason, and the way back is open', () => {
    toCardPage();
    under.host.placeCard({ ...zhang, number: '999901198808060022', birthday: '19880806', sex: '2' });
    expectOk(visits().acceptCard());
    expect(step(under)).toMatchObject({ kind: 'blocked', reasons: [{ zh: '年满80周岁' }] });
    expectOk(visits().back());
    expect(step(under).kind).toBe('card');
  });

  it('that comes when nobody asks is nobody’s', () => {
    under.host.placeCard(zhang);
    expect(visits().snapshot()).toBeNull();
  });
});

describe('a reader that is lost', () => {
  it('is said on the card page, which goes on without it and comes back with it', () => {
    toCardPage();
    under.host.setState('card-reader', lost);
    expect(cardStep()).toMatchObject({ reader: 'unavailable', fault: { code: 'device.lost' } });
    under.host.setState('card-reader', { state: 'ready', identity: 'fake' });
    expect(cardStep().reader).toBe('looking');
    under.host.setState('card-reader', lost);
    expectOk(visits().typeIdentity());
    expect(step(under)).toMatchObject({ kind: 'question', page: { pageId: 'applicantName' } });
  });

  it('never touches the form', async () => {
    await fillIn(under);
    const before = step(under);
    under.host.setState('card-reader', lost);
    under.host.setState('printer', attention('paper-out'));
    expect(step(under)).toEqual(before);
    under.host.die();
    expect(step(under)).toEqual(before);
  });
});

describe('the slip', () => {
  it('of a printer that works is printed, with its proof', async () => {
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'printed');
    expect(under.host.printed).toHaveLength(1);
    const texts = JSON.stringify(under.host.printed[0]?.document);
    expect(texts).toContain('张*国');
    expect(texts).not.toContain('张建国');
    expect(texts).not.toContain('补打');
  });

  it.each([
    ['paper-out', 'printer.paper-out'],
    ['cover-open', 'printer.cover-open'],
  ] as const)('is not tried while the printer needs %s', async (need, code) => {
    under.host.setState('printer', attention(need));
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'failed');
    expect(received(under).print).toMatchObject({ fault: { code } });
    expect(under.host.printed).toHaveLength(0);
  });

  it('is printed while the paper only nears its end', async () => {
    under.host.setState('printer', attention('paper-near-end'));
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'printed');
  });

  it('that may be on paper is unknown, is not printed again by itself, and a reprint is marked', async () => {
    under.host.outcome = { end: 'unknown', fault: fault('printer.unconfirmed') };
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'unknown');
    expect(under.host.printed).toHaveLength(1);
    under.host.outcome = { end: 'printed', proof: 'process-id' };
    expectOk(visits().settlePrint(false));
    await until(under.terminal, () => received(under).print.state === 'printed');
    expect(received(under).isCopy).toBe(true);
    expect(JSON.stringify(under.host.printed[1]?.document)).toContain('补打');
  });

  it('that waited when the terminal ended comes out when it is there again, also where paper nears its end', async () => {
    await under.close();
    const masterKey = openKeyFile(dataDir, randomBytes);
    if (!masterKey.ok) throw new Error(masterKey.fault.code);
    const core = startOfflineCore({ dataDir, masterKey: masterKey.value, clock: systemClock });
    expectOk(await submitTo(core, coreItem(), core.newId(), ''));
    await core.forwarder.stop();
    core.store.close();

    const host = new NearlyOutOfPaper();
    under = startTerminalUnderTest({ dataDir, platformUrl: platform.url, spawnDeviceHost: () => host });
    await until(under.terminal, () => host.printed.length === 1);
  });

  it('that came out after all is left alone', async () => {
    under.host.outcome = { end: 'unknown', fault: fault('printer.unconfirmed') };
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'unknown');
    expectOk(visits().settlePrint(true));
    expect(under.host.printed).toHaveLength(1);
  });

  it('is unknown when the device host dies with it in its hands', async () => {
    under.host.outcome = null;
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'printing');
    under.host.die();
    await until(under.terminal, () => received(under).print.state === 'unknown');
    expect(received(under).print).toMatchObject({ fault: { code: 'device.host-gone' } });
  });

  it('of a double touch on 补打 is one slip', async () => {
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'printed');
    under.host.outcome = null;
    expectOk(visits().reprint());
    expectOk(visits().reprint());
    await until(under.terminal, () => under.host.printed.length === 2);
    under.host.emit({
      type: 'print-ended',
      jobId: under.host.printed[1]?.jobId ?? '',
      outcome: { end: 'printed', proof: 'process-id' },
    });
    await until(under.terminal, () => received(under).print.state === 'printed');
    expect(under.host.printed).toHaveLength(2);
  });
});

describe('the device host', () => {
  it('that dies is started anew, and a card page finds its reader again', async () => {
    toCardPage();
    under.host.die();
    expect(cardStep()).toMatchObject({ reader: 'unavailable', fault: { code: 'device.host-gone' } });
    await until(under.terminal, () => under.hosts.length === 2 && cardStep().reader === 'looking');
    expect(under.host.watching).toBe(true);
    under.host.placeCard(zhang);
    expect(cardStep().reader).toBe('read');
  });
});

describe('a double touch', () => {
  it('on an item is one application, and on submit one receipt', async () => {
    const requestId = crypto.randomUUID();
    expectOk(visits().begin({ slug: 'elderly-allowance', language: 'zh', requestId }));
    const first = visits().snapshot()?.visitId;
    expectOk(visits().begin({ slug: 'elderly-allowance', language: 'zh', requestId }));
    expect(visits().snapshot()?.visitId).toBe(first);
    await fillIn(under);
    expectOk(await visits().submit());
    const receiptNo = received(under).receiptNo;
    expectOk(await visits().submit());
    expect(received(under).receiptNo).toBe(receiptNo);
    expect(under.terminal.kiosk.station.snapshot().outbox.waiting).toBeLessThanOrEqual(1);
  });

  it('on "next" does not answer the question after it', () => {
    toCardPage();
    expectOk(visits().typeIdentity());
    const answer = { pageId: 'applicantName', value: '张建国', confirmedOdd: false };
    expectOk(visits().answer(answer));
    expect(visits().answer(answer)).toMatchObject({ ok: false, fault: { code: 'visit.wrong-step' } });
    expect(step(under)).toMatchObject({ page: { pageId: 'applicantIdType' } });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { expect, it } from 'vitest';
import { router } from '#terminal/api/router.ts';
import type { LogLine } from '#terminal/log.ts';
import { backUp } from '#terminal/store/backup.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { unsignedClient } from '../support/enrolment.ts';
import { json, startScriptedPlatform } from '../support/scripted-platform.ts';
import { TEST_PIN } from '../support/signed-in.ts';
import { coreConfig, coreItem, rotateKey, startTerminalCore, submitTo } from '../support/terminal-core.ts';
import {
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  answerElderly,
  expectOk,
  step,
  submit,
  until,
  untilReady,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

const planted = ['张建国', '999901194503120014', '13800005678', '6222020000000000004', '和平路8号'];

/** As text of either encoding that a file of ours, or of SQLite, could hold it in. */
function holds(bytes: Buffer, value: string): boolean {
  return bytes.includes(Buffer.from(value, 'utf8')) || bytes.includes(Buffer.from(value, 'utf16le'));
}

/** The values are in no file of the terminal and in no line of its log. */
function expectNowhere(
  under: Pick<TerminalUnderTest, 'dataDir' | 'log'>,
  values: readonly string[],
  when: string,
): void {
  const files = readdirSync(under.dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.map((entry) => entry.name)).toEqual(
    expect.arrayContaining(['terminal.db', 'terminal.db-wal']),
  );
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    for (const value of values) expect(holds(bytes, value), `${value} in ${name} ${when}`).toBe(false);
  }
  const log = JSON.stringify(under.log);
  for (const value of values) expect(log, when).not.toContain(value);
}

it('leaves no personal value in plain text on the disk or in the log, before and after the acknowledgement', async () => {
  const platform = await startScriptedPlatform();
  const dataDir = newDataDir();
  const under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  const look = (when: string): void => expectNowhere(under, planted, when);
  try {
    await untilReady(under);
    platform.down = true;
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'printed');
    look('while it waits');
    platform.down = false;
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
    under.terminal.kiosk.visits.end('finished');
    look('after the end of the visit');
    // The planted values did travel: otherwise their absence would prove nothing.
    const sent = [...platform.acknowledged.values()].join();
    for (const value of planted) expect(sent).toContain(value);
  } finally {
    await under.close();
    await platform.close();
    removeDataDir(dataDir);
  }
});

/**
 * Looked at: the data folder with the database, its log and its files, backups with their files, and the
 * terminal's log; while the application waits, after its keys were exchanged, after it was sent, and after it was
 * erased. Core dumps, reports and heap snapshots: tests/crash/nothing-personal-in-a-crash.test.ts.
 */
it('leaves nothing of a signature or a photographed paper in plain bytes, at any time of their life', async () => {
  const platform = await startScriptedPlatform();
  const dataDir = newDataDir();
  const log: LogLine[] = [];
  const core = startTerminalCore({
    dataDir,
    config: coreConfig(1),
    masterKey: systemRandomBytes(32),
    clock: systemClock,
    random: () => 0.5,
    randomBytes: systemRandomBytes,
    client: unsignedClient(platform.url, 1_000),
    payloadRetentionMs: 0,
    backoff: { baseMs: 10, capMs: 100 },
    log: (line) => log.push(line),
    bend: (outbox) => outbox,
  });
  const look = (when: string): void => expectNowhere({ dataDir, log }, planted, when);
  try {
    platform.down = true;
    const applicationId = core.newId();
    const bytes = Buffer.from(`${planted.join()} ${'\u0000'.repeat(300_000)} ${planted.join()}`);
    const papers = [
      { subject: { kind: 'signature' as const }, mediaType: 'image/png' as const, bytes },
      {
        subject: { kind: 'paper' as const, paperId: 'household-book', page: 1 },
        mediaType: 'image/jpeg' as const,
        bytes: Buffer.concat([bytes, Buffer.from('second')]),
      },
    ];
    expectOk(await submitTo(core, coreItem(), applicationId, planted.join(), papers));
    await expect.poll(() => log.some(({ event }) => event === 'outbox.not-sent')).toBe(true);
    look('while it waits');
    expectOk(backUp(core.store, join(dataDir, 'second-disk'), 1));
    rotateKey(core.ring);
    expectOk(backUp(core.store, join(dataDir, 'second-disk'), 2));
    look('after a backup and an exchange of keys');
    platform.down = false;
    core.forwarder.lineIsBack();
    await expect.poll(() => core.outbox.forwardingOf(applicationId).state).toBe('acknowledged');
    look('after it was sent');
    await expect.poll(() => core.outbox.erase()).toEqual({ ok: true, value: 1 });
    look('after it was erased');
    // They did travel: otherwise their absence would prove nothing.
    const sent = Buffer.concat([...platform.uploads.values()]);
    expect(platform.uploads.size).toBe(2);
    for (const value of planted) expect(holds(sent, value)).toBe(true);
  } finally {
    await core.forwarder.stop();
    core.store.close();
    await platform.close();
    removeDataDir(dataDir);
  }
});

it('leaves no code of a resident on the disk or in the log, whatever becomes of the code', async () => {
  const tokens = [
    'planted-token-refused-3c5e',
    'planted-token-echoed-9b1d',
    'planted-token-resolved-7f3a',
  ] as const;
  const [refused, echoed, resolved] = tokens;
  const platform = await startScriptedPlatform();
  const dataDir = newDataDir();
  const under = startTerminalUnderTest({ dataDir, platformUrl: platform.url, hasScanner: true });
  const { visits } = under.terminal.kiosk;
  const cardPage = () => {
    const at = step(under);
    return at.kind === 'card' ? at : null;
  };
  platform.onResolve = (token, response) => {
    if (token === refused) json(response, 410, { code: 'CODE_EXPIRED', message: token });
    // A platform that quotes what it was asked must not bring it into our log.
    else if (token === echoed) json(response, 500, { code: token, message: `no such code: ${token}` });
    else json(response, 200, { identity: zhang, expiresAt: new Date(Date.now() + 60_000).toISOString() });
  };
  try {
    await untilReady(under);
    expectOk(visits.begin({ slug: 'elderly-allowance', language: 'zh', requestId: crypto.randomUUID() }));
    expectOk(visits.consent(['c-notice', 'c-sensitive']));
    for (const [token, code] of [
      [refused, 'code.expired'],
      [echoed, 'code.not-resolved'],
    ] as const) {
      under.host.showCode(token);
      await until(under.terminal, () => {
        const offer = cardPage()?.code;
        return offer?.state === 'refused' && offer.fault.code === code;
      });
      expect(JSON.stringify(visits.snapshot())).not.toContain(token);
    }
    under.host.showCode(resolved);
    await until(under.terminal, () => cardPage()?.reader === 'read');
    expectNowhere(under, [...tokens, ...planted], 'while the person is shown');
    expectOk(visits.acceptCard());
    answerElderly(under);
    expectOk(await visits.submit());
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
    visits.end('finished');
    expectNowhere(under, [...tokens, ...planted], 'after the end of the visit');
    // They did travel to the one who may have them, and no further: not even with the application.
    expect(platform.asked).toEqual(tokens);
    const sent = [...platform.acknowledged.values()].join();
    for (const token of tokens) expect(sent).not.toContain(token);
  } finally {
    await under.close();
    await platform.close();
    removeDataDir(dataDir);
  }
});

it('leaves nothing of a card by which staff sign in, and nothing of a resident’s that was put there', async () => {
  const platform = await startScriptedPlatform();
  const dataDir = newDataDir();
  const under = startTerminalUnderTest({
    dataDir,
    platformUrl: platform.url,
    bend: (config) => ({ ...config, access: { card: 'instead-of-pin' } }),
  });
  const { access, kiosk, ownScreen } = under.terminal;
  const screen = ownScreen(() => undefined);
  const client = createRouterClient(router, { context: screen.context });
  const resident = { ...zhang, name: '王秀英', number: '999901194003150022', birthday: '19400315' };
  const values = [...planted, resident.name, resident.number];
  const asBytes = values.map((value) => Buffer.from(value).toString('hex'));
  try {
    await untilReady(under);
    expectOk(await access.accounts.add({ staffId: 's01', role: 'staff' }, TEST_PIN));
    expectOk(await client.access.signIn({ staffId: 's01', pin: TEST_PIN }));
    const registering = await client.access.registerCard({ pin: TEST_PIN });
    expect((await registering.next()).value).toEqual({ state: 'looking' });
    under.host.placeCard(zhang);
    expect((await registering.next()).value).toEqual({ state: 'registered' });
    await registering.return();
    expectOk(await client.access.signOut());

    const signingIn = await client.access.watchCard();
    expect((await signingIn.next()).value).toEqual({ state: 'looking' });
    under.host.placeCard(resident);
    expect((await signingIn.next()).value).toMatchObject({ fault: { code: 'access.card-unknown' } });
    under.host.placeCard(zhang);
    expect((await signingIn.next()).value).toEqual({ state: 'signed-in' });
    await signingIn.return();
    expect(under.host.watching).toBe(false);
    expect(kiosk.visits.snapshot()).toBeNull();
    // It did say who came.
    expect(await client.access.who()).toMatchObject({ value: { person: { staffId: 's01' } } });
    expectNowhere(under, [...values, ...asBytes], 'after cards were put on the reader for staff');
  } finally {
    screen.close();
    await under.close();
    await platform.close();
    removeDataDir(dataDir);
  }
});

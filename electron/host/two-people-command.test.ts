import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#contract/access.ts';
import { ok } from '#contract/result.ts';
import { createAskedLines } from '#door/control/asked-lines.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { accessForTests, cheapHash } from '#terminal/access/for-tests.ts';
import { createTwoPeople, type CommandAct } from '#terminal/access/two-people.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { expectValue } from '../../tests/support/expect-value.ts';
import { TEST_PIN } from '../../tests/support/signed-in.ts';
import { newDataDir, removeDataDir } from '../../tests/support/terminal-under-test.ts';
import { ANSWER_MS, confirmed } from './two-people-command.ts';

const WRONG = '314159';
const act: CommandAct = { procedure: 'hub.make', what: 'terminal 02, in the place of 01' };

let dataDir: string;
let store: Store;
let clock: SimulatedClock;

beforeEach(() => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  store = expectValue(openStore(dataDir));
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

async function accounts(...people: readonly Person[]): Promise<void> {
  const audit = createAudit(store, clock);
  const access = accessForTests({ store, audit, clock, idleMs: 60_000, longestMs: 60_000 });
  for (const person of people) expect(await access.accounts.add(person, TEST_PIN)).toEqual(ok(null));
}
const both = () => accounts({ staffId: 't01', role: 'technician' }, { staffId: 's01', role: 'staff' });

/** `typed`: at a keyboard each is typed when the question before it was answered; null: the input has ended. */
async function run(typed: readonly string[] | null, isTTY: boolean, alone: string | null = null) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = new PassThrough();
  const said = text(stderr);
  const asked = createAskedLines({ stdin, stderr }, { clock, answerMs: ANSWER_MS });
  const people = createTwoPeople(
    {
      store,
      dataDir,
      audit: createAudit(store, clock),
      clock,
      randomBytes,
      hashPin: cheapHash,
    },
    act,
  );
  const lines = (typed ?? []).map((line) => `${line}${isTTY ? '\r' : '\n'}`).join('');
  if (isTTY) stdin.write(lines);
  else stdin.end(lines);
  const ended = await confirmed({ act, people, alone, asked, stderr });
  asked.close();
  stderr.end();
  return { ended, said: await said };
}
const acts = () =>
  store
    .sql("SELECT event, subject, disposition FROM audit WHERE event LIKE 'access.done%'")
    .all()
    .map((row) => Object.values(row).join(' '));

describe('a script', () => {
  it('gives four lines, and both names stand in the audit', async () => {
    await both();
    const { ended, said } = await run(['t01', TEST_PIN, 's01', TEST_PIN], false);
    expect([ended, said]).toEqual(['go-on', expect.stringContaining('t01 和 s01 都已确认')]);
    expect(said).not.toContain(TEST_PIN);
    expect(acts()).toEqual(['access.done-by-two t01 with s01']);
  });

  it.each([
    [
      'a wrong PIN',
      ['t01', WRONG, 't01', TEST_PIN, 's01', TEST_PIN],
      1,
      /^access\.wrong-pin: 工号或密码不对/,
    ],
    ['the same person twice', ['t01', TEST_PIN, 't01', TEST_PIN], 1, /^access\.second-same: 第二个人不能/],
    [
      'a clerk in the first place',
      ['s01', TEST_PIN, 't01', TEST_PIN],
      1,
      /^access\.first-role: 第一个人要是技术人员/,
    ],
    ['what is no number of staff', ['李雷', TEST_PIN, 's01', TEST_PIN], 1, /^access\.wrong-pin/],
    ['one person', ['t01', TEST_PIN], 2, /^什么也没做。.*每行给一个.*--alone/],
    ['nothing', null, 2, /^什么也没做。[\s\S]*Nothing was done\. Run it at a keyboard/],
  ])('with %s ends, and nothing was done', async (_what, typed, exitCode, sentence) => {
    await both();
    const { ended, said } = await run(typed, false);
    expect(ended).toEqual({ exitCode });
    expect(said).toMatch(sentence);
    expect(acts()).toEqual([]);
  });
});

describe('at a keyboard', () => {
  it('they read first what it is about, are asked again after a slip, and no PIN is shown', async () => {
    await both();
    const typed = ['t01', WRONG, 't01', TEST_PIN, 't01', TEST_PIN, 's01', TEST_PIN];
    const { ended, said } = await run(typed, true);
    expect(ended).toBe('go-on');
    expect(said).toMatch(/^要让本机接管全站叫号（terminal 02, in the place of 01）。要两个人在场/);
    expect(said).toMatch(/工号或密码不对[\s\S]*第二个人不能是同一个人[\s\S]*都已确认/);
    expect(said).not.toContain(TEST_PIN);
    expect(said).not.toContain(WRONG);
  });

  it('a lock ends it, and says for how long and what else there is', async () => {
    await both();
    const { ended, said } = await run(Array.from({ length: 6 }, () => ['t01', WRONG]).flat(), true);
    expect(ended).toEqual({ exitCode: 1 });
    expect(said).toMatch(/access\.locked: .*半分钟到一刻钟[\s\S]*--alone/);
    expect(acts()).toEqual([]);
  });

  it('Ctrl+C gives it up', async () => {
    await both();
    expect(await run(['t01', '2718\x03'], true)).toMatchObject({
      ended: { exitCode: 1 },
      said: expect.stringMatching(/已取消，什么也没做/) as string,
    });
  });
});

describe('one person alone', () => {
  it('is not asked, and the audit has why', async () => {
    const { ended, said } = await run(null, false, 'ticket 4711');
    expect([ended, said]).toEqual(['go-on', expect.stringContaining('一个人做，已记入审计')]);
    expect(acts()).toEqual(['access.done-alone  at-command']);
  });

  it('at a terminal without two accounts is told how, before anybody types', async () => {
    await accounts({ staffId: 't01', role: 'technician' }, { staffId: 'a01', role: 'auditor' });
    const { ended, said } = await run(['t01', TEST_PIN, 'a01', TEST_PIN], false);
    expect(ended).toEqual({ exitCode: 1 });
    expect(said).toMatch(/没有两个能一起做这一步的账号.*--alone/);
  });

  it('on a disk that takes nothing more is told where it stands', async () => {
    await both();
    const pages = Number(store.sql('PRAGMA page_count').get()?.['page_count']);
    store.sql(`PRAGMA max_page_count = ${pages}`).get();
    const row =
      "INSERT INTO audit (at_ms, event, actor, disposition, detail) VALUES (1, 'x', 'terminal', 'x', ?)";
    while (store.transaction(() => store.sql(row).run('x'.repeat(100))).ok);
    const two = await run(['t01', TEST_PIN, 's01', TEST_PIN], false);
    expect(two).toMatchObject({ ended: { exitCode: 1 } });
    expect(two.said).toMatch(/^store\.full: 磁盘满了.*--alone/);
    const one = await run(null, false, 'ticket 4711');
    expect(one.ended).toBe('go-on');
    expect(one.said).toMatch(/审计现在写不进去（store\.full），已另外记下，下次启动时补进审计/);
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Clock } from '#contract/ports.ts';
import { ok } from '#contract/result.ts';
import type { LogLine } from '../log.ts';
import { noIdentity, type IdentityFile } from './identity-file.ts';
import { createKeyHolder } from './key-holder.ts';
import { createPlatformClock } from './platform-clock.ts';
import type { AnswerHead } from './refusals.ts';
import { createSignedCalls } from './signed-calls.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 17, 30);

/** A terminal that is enrolled, with a clock that stands where a test puts it. */
function rig() {
  let wallMs = NOW_MS;
  let monotonicMs = 1_000;
  const clock: Clock = { now: () => wallMs, monotonicMs: () => monotonicMs, after: () => () => undefined };
  let stored = noIdentity;
  const file: IdentityFile = {
    read: () => ok(stored),
    write: (identity) => {
      stored = identity;
      return ok(null);
    },
    putAside: () => undefined,
  };
  const log: LogLine[] = [];
  const keys = createKeyHolder({ file, terminalId: 'T-01', stationId: '999901001' });
  keys.prepare('enrolment');
  keys.promote();
  const platformClock = createPlatformClock(clock, (line) => log.push(line));
  const signing = createSignedCalls({ keys, platformClock, randomBytes, onVerdict: () => undefined });
  const sent: { created: number; nonce: string }[] = [];
  /** One call to a platform that answers as it is told. */
  const call = async (answer: (attempt: number) => AnswerHead) => {
    const before = sent.length;
    const request = { method: 'GET', url: 'http://platform.example/v1/x', headers: {}, body: null };
    return signing.asTerminal(request, (headers) => {
      const input = headers['Signature-Input'] ?? '';
      const [created = '0', nonce = ''] = [
        /created=(\d+)/.exec(input)?.[1],
        /nonce="([^"]+)"/.exec(input)?.[1],
      ];
      sent.push({ created: Number(created), nonce });
      return Promise.resolve(ok(answer(sent.length - before)));
    });
  };
  return {
    call,
    sent,
    log,
    platformClock,
    pass: (ms: number) => {
      wallMs += ms;
      monotonicMs += ms;
    },
    setWallClock: (ms: number) => (wallMs = ms),
  };
}

const skewed = (platformMs: number) => ({
  status: 401,
  problem: problem({ platformTime: new Date(platformMs).toISOString() }),
});
const problem = (data: unknown) => ({ code: 'CLOCK_SKEW', detail: null, data });
const fine = { status: 200, problem: null };

describe('a platform whose clock differs', () => {
  it('is followed: the request goes again at once with its time and another nonce', async () => {
    const { call, sent, platformClock } = rig();
    const answer = await call((attempt) => (attempt === 1 ? skewed(NOW_MS + 3_600_000) : fine));
    expect(answer).toMatchObject({ ok: true, value: { status: 200 } });
    expect(sent.map(({ created }) => created)).toEqual([NOW_MS / 1000, NOW_MS / 1000 + 3600]);
    expect(new Set(sent.map(({ nonce }) => nonce)).size).toBe(2);
    expect(platformClock.skewMs()).toBe(3_600_000);
  });

  it('is followed from then on without a word, also when somebody sets our clock', async () => {
    const { call, sent, pass, setWallClock, platformClock } = rig();
    await call((attempt) => (attempt === 1 ? skewed(NOW_MS + 3_600_000) : fine));
    pass(10_000);
    setWallClock(NOW_MS + 3_610_000);
    await call(() => fine);
    expect(sent.at(-1)?.created).toBe(NOW_MS / 1000 + 3610);
    expect(sent).toHaveLength(3);
    expect(platformClock.skewMs()).toBe(0);
  });

  it('and that is never content gets two requests a call, and no more', async () => {
    const { call, sent, log } = rig();
    const answer = await call((attempt) => skewed(NOW_MS + attempt * 1e9));
    expect(answer).toMatchObject({ ok: true, value: { status: 401 } });
    expect(sent).toHaveLength(2);
    expect(log).toHaveLength(1);
  });

  it.each([
    ['a time before there was such a terminal', skewed(0)],
    ['a time after everything', skewed(Date.UTC(2500, 0, 1))],
    ['no time', { status: 401, problem: problem(undefined) }],
    ['no time that can be read', { status: 401, problem: problem({ platformTime: 'soon' }) }],
  ])('and that says %s is not believed', async (_what, answer) => {
    const { call, sent, platformClock } = rig();
    expect(await call(() => answer)).toMatchObject({ ok: true, value: { status: 401 } });
    expect(sent).toHaveLength(1);
    expect(platformClock.skewMs()).toBe(0);
  });
});

it('every request has a nonce of its own', async () => {
  const { call, sent } = rig();
  for (let count = 0; count < 50; count += 1) await call(() => fine);
  expect(new Set(sent.map(({ nonce }) => nonce)).size).toBe(50);
});

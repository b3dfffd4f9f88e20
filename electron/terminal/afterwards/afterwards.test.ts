import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fault, type FaultCode } from '#contract/fault.ts';
import type { ReplyRefusal } from '#contract/interaction.ts';
import type { Rating, SubmittedRating } from '#contract/rating.ts';
import { err, ok } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { rotateKey } from '../../../tests/support/terminal-core.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import type { LogLine } from '../log.ts';
import { openKeyRing, type KeyRing } from '../store/key-ring.ts';
import { openStore, type Store } from '../store/store.ts';
import { createAfterwards, type Afterwards } from './afterwards.ts';

const OWN = 'BJ2026112200000001';
const OTHERS = 'BJ2026112200000002';
const WORDS = '等了三个小时没有人理';
const rating: Rating = { level: 'very-dissatisfied', reasons: ['115'], words: WORDS };

const masterKey = randomBytes(32);
let dataDir: string;
let store: Store;
let ring: KeyRing;
let afterwards: Afterwards;
let clock: SimulatedClock;
/** What the platform answers; null: it takes what it gets. */
let refusal: FaultCode | null;
let isBare = false;
let arrived: (SubmittedRating | ReplyRefusal)[];
let logged: LogLine[];
let said: string[];
let uuids: number;

function open(): void {
  store = expectValue(openStore(dataDir));
  ring = expectValue(openKeyRing({ store, masterKey, suite: 'aes-256-gcm', randomBytes, clock }));
  const take = (word: SubmittedRating | ReplyRefusal) => {
    if (refusal !== null) return Promise.resolve(err({ ...fault(refusal), isBare }));
    arrived.push(word);
    return Promise.resolve(ok(null));
  };
  afterwards = createAfterwards({
    shownCase: (caseNo) => (caseNo === OWN ? { mayRate: true, mayRefuse: true } : null),
    onSaid: (caseNo, kind) => said.push(`${caseNo} ${kind}`),
    store,
    sealer: ring.sealer,
    client: { submitRating: take, refuseReply: take },
    clock,
    newUuid: () => {
      uuids += 1;
      return `00000000-0000-4000-8000-${String(uuids).padStart(12, '0')}`;
    },
    log: (line) => logged.push(line),
  });
}

function close(): void {
  afterwards.close();
  store.close();
}

/** Whether the bytes stand anywhere below the data folder. */
function isOnDisk(text: string): boolean {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dataDir, name))
    .filter((path) => statSync(path).isFile())
    .some((path) => readFileSync(path).includes(text));
}

beforeEach(() => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  refusal = 'platform.unreachable';
  arrived = [];
  logged = [];
  said = [];
  uuids = 0;
  open();
});
afterEach(() => {
  close();
  removeDataDir(dataDir);
});

it('what is said without the line waits for it, also over a restart, and goes once', async () => {
  expect(afterwards.rate(OWN, rating)).toEqual(ok(null));
  await afterwards.send();
  expect(afterwards.isWaiting(OWN, 'rating')).toBe(true);
  close();
  refusal = null;
  open();
  await afterwards.send();
  await afterwards.send();
  const ratedAt = new Date(clock.now()).toISOString();
  expect(arrived).toEqual([
    { ratingId: '00000000-0000-4000-8000-000000000001', caseNo: OWN, rating, ratedAt },
  ]);
  expect(afterwards.isWaiting(OWN, 'rating')).toBe(false);
});

it('a second touch rates no second time, and a second mind changes nothing', async () => {
  afterwards.rate(OWN, rating);
  expect(afterwards.rate(OWN, { level: 'satisfied', reasons: [], words: null })).toEqual(ok(null));
  refusal = null;
  await afterwards.send();
  expect(arrived).toMatchObject([{ rating: { level: 'very-dissatisfied' } }]);
  expect(said).toEqual([`${OWN} rating`]);
});

it('a case that is not shown is neither rated nor refused', async () => {
  expect(afterwards.rate(OTHERS, rating)).toEqual(err(fault('case.not-shown')));
  expect(afterwards.refuseReply(OTHERS, 'wrong')).toEqual(err(fault('case.not-shown')));
  refusal = null;
  await afterwards.send();
  expect(arrived).toEqual([]);
});

it('a refusal and a rating of the same case are two, in the order in which they were said', async () => {
  afterwards.refuseReply(OWN, 'off-point');
  await clock.advance(1000);
  afterwards.rate(OWN, rating);
  refusal = null;
  await afterwards.send();
  expect(arrived).toMatchObject([
    { refusalId: expect.any(String), reason: 'off-point' },
    { ratingId: expect.any(String) },
  ]);
});

it('words lie on the disk sealed, in no log, and stay readable when the key changes', async () => {
  afterwards.rate(OWN, rating);
  await afterwards.send();
  expect(isOnDisk(WORDS)).toBe(false);
  rotateKey(ring);
  refusal = null;
  await afterwards.send();
  expect(arrived).toMatchObject([{ rating: { words: WORDS } }]);
  expect(JSON.stringify(logged)).not.toContain(WORDS);
});

it('a bare 404 of a proxy in front loses nothing of what was said', async () => {
  refusal = 'platform.rejected';
  isBare = true;
  afterwards.rate(OWN, rating);
  await afterwards.send();
  refusal = null;
  isBare = false;
  await afterwards.send();
  expect(arrived).toMatchObject([{ rating: { words: WORDS } }]);
});

it('one that the platform refuses for good holds up no other, and the log names nobody', async () => {
  refusal = 'platform.rejected';
  afterwards.rate(OWN, rating);
  await afterwards.send();
  refusal = null;
  afterwards.refuseReply(OWN, 'wrong');
  await afterwards.send();
  expect(arrived).toMatchObject([{ reason: 'wrong' }]);
  expect(logged).toEqual([{ level: 'warn', event: 'resident-word.refused', detail: 'rating' }]);
});

it('the audit says nothing of it: who rated how is kept from those who are rated', () => {
  afterwards.rate(OWN, rating);
  expect(store.sql('SELECT count(*) AS n FROM audit').get()?.['n']).toBe(0);
});

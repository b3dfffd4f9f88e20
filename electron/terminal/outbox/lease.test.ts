import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  APPLICATION,
  LEASE_MS,
  openLoneOutbox,
  type LoneOutbox,
} from '../../../tests/support/lone-outbox.ts';
import type { Claimed, Outbox } from './outbox.ts';

let under: LoneOutbox;
let outbox: Outbox;
let clock: LoneOutbox['clock'];
let claim: LoneOutbox['claim'];
let claimed: LoneOutbox['claimed'];
let sha256: string;

beforeEach(() => {
  under = openLoneOutbox();
  ({ outbox, clock, claim, claimed } = under);
  sha256 = under.receive();
});
afterEach(() => {
  under.close();
});

const arrived = (row: Claimed, receivedBytes: number, isComplete: boolean) =>
  outbox.attachmentArrived(row, sha256, { receivedBytes, isComplete }, LEASE_MS);

it('a long upload keeps its lease, chunk by chunk', async () => {
  const row = claimed();
  for (let chunk = 1; chunk <= 4; chunk += 1) {
    await clock.advance(LEASE_MS - 1);
    expect(arrived(row, chunk, false)).toEqual({ ok: true, value: true });
    expect(claim()).toBeNull();
  }
  await clock.advance(LEASE_MS);
  expect(claim()).not.toBeNull();
});

it('a sender whose lease ended is told so, and what it says of its progress counts for nothing', async () => {
  const slow = claimed();
  await clock.advance(LEASE_MS);
  const next = claimed();
  expect(arrived(slow, 5, true)).toEqual({ ok: true, value: false });
  expect(outbox.attachments.isSent(APPLICATION, sha256)).toBe(false);
  expect(arrived(next, 5, true)).toEqual({ ok: true, value: true });
  expect(outbox.attachments.isSent(APPLICATION, sha256)).toBe(true);
});

it('what the platform lacks after all is sent anew', () => {
  arrived(claimed(), 5, true);
  expect(outbox.attachments.notThere(APPLICATION, [sha256])).toMatchObject({ ok: true });
  expect(outbox.attachments.isSent(APPLICATION, sha256)).toBe(false);
});

it('a sender whose lease ended does not settle the row of the one who has it now', async () => {
  const slow = claimed();
  await clock.advance(LEASE_MS);
  const next = claimed();
  // The platform was too busy for the slow one: nothing of his arrived. Of the other's nobody knows yet.
  expect(outbox.postpone(slow, 'platform.busy', clock.now(), false)).toMatchObject({ ok: true });
  expect(claim()).toBeNull();
  expect(outbox.park(slow, 'rejected', 'platform.rejected', null)).toMatchObject({ ok: true });
  expect(outbox.counts()).toEqual({ waiting: 1, parked: 0 });
  expect([outbox.holds(slow), outbox.holds(next)]).toEqual([
    { ok: true, value: false },
    { ok: true, value: true },
  ]);
  expect(outbox.postpone(next, 'platform.timeout', clock.now(), true)).toMatchObject({ ok: true });
  expect(claimed().doubtful).toBe(true);
});

it('an acknowledgement counts whoever brings it', async () => {
  const slow = claimed();
  await clock.advance(LEASE_MS);
  claimed();
  under.acknowledge(slow);
  expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
});

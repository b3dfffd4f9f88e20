import { expect, test } from 'vitest';
import type { BoardCall } from '#contract/queue/snapshot.ts';
import { announcementsAfter, nextAnnouncement, noAnnouncements } from './announcements.ts';
import { clipsOfCall } from './call-clips.ts';

const NOW = 1_000_000;
const call = (number: string, calledMs: number, isStillCalled = true): BoardCall => ({
  number,
  window: '3',
  calledMs,
  isStillCalled,
});
const at = (...calls: BoardCall[]) => ({ calls, nowMs: NOW });

test('what was called before the board was switched on is shown and not said', () => {
  const first = announcementsAfter(noAnnouncements, at(call('A001', NOW - 1000)), true);
  expect(nextAnnouncement(first)).toBeNull();
  expect(nextAnnouncement(announcementsAfter(first, at(call('A001', NOW - 1000)), false))).toBeNull();
});

test('calls of one moment are said one after the other, the first one first', () => {
  const two = announcementsAfter(noAnnouncements, at(call('A002', NOW - 1), call('A001', NOW - 2)), false);
  const first = nextAnnouncement(two);
  expect(first?.call.number).toBe('A001');
  expect(first && nextAnnouncement(first.left)?.call.number).toBe('A002');
});

test('a call again is said again; who has come meanwhile is not called into the hall', () => {
  const one = announcementsAfter(noAnnouncements, at(call('A001', NOW - 30_000)), false);
  const said = nextAnnouncement(one)?.left ?? noAnnouncements;
  expect(nextAnnouncement(announcementsAfter(said, at(call('A001', NOW - 30_000)), false))).toBeNull();
  expect(nextAnnouncement(announcementsAfter(said, at(call('A001', NOW - 1)), false))?.call.number).toBe(
    'A001',
  );
  expect(nextAnnouncement(announcementsAfter(one, at(call('A001', NOW - 30_000, false)), false))).toBeNull();
});

test('a board that was away for long does not shout what is over', () => {
  expect(
    nextAnnouncement(announcementsAfter(noAnnouncements, at(call('A001', NOW - 70_000)), false)),
  ).toBeNull();
});

test('a number is spelt, a window is counted', () => {
  expect(clipsOfCall('A105', '12')).toEqual([
    'call.please',
    'call.letter.A',
    'call.digit.1',
    'call.digit.0',
    'call.digit.5',
    'call.number-to',
    'call.ten',
    'call.digit.2',
    'call.window',
  ]);
  expect(clipsOfCall('A001', '20').slice(6, -1)).toEqual(['call.digit.2', 'call.ten']);
  expect(clipsOfCall('A001', 'D3').slice(6, -1)).toEqual(['call.letter.D', 'call.digit.3']);
});

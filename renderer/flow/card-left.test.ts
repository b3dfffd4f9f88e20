import { expect, test } from 'vitest';
import type { VisitSnapshot, VisitStep } from '#contract/visit.ts';
import { isLoudOn, ownerOfLeftCard } from './card-left.ts';

const text = { zh: '事项', en: 'Item' };

function visit(step: VisitStep, hasReadCard: boolean): VisitSnapshot {
  return {
    visitId: '00000000-0000-4000-8000-000000000000',
    revision: 1,
    language: 'zh',
    item: {
      slug: 'item',
      name: text,
      plain: text,
      theme: { code: 'care', ...text },
      department: { uscc: '11999901007000118L', ...text },
      version: '1',
      caseType: '1',
    },
    step,
    canGoBack: true,
    hasReceived: false,
    hasReadCard,
  };
}
const consent: VisitStep = { kind: 'consent', consents: [], given: [] };
const asking: VisitStep = { kind: 'card', reader: 'looking' };
const home = { name: 'home' } as const;

test('a card that was read in this visit is the resident’s own, on every page of it', () => {
  expect(ownerOfLeftCard(visit(asking, true), home)).toBe('own');
  expect(ownerOfLeftCard(visit(consent, true), home)).toBe('own');
});

test('it stays theirs on the page of farewell, and is nobody’s on the start page', () => {
  expect(ownerOfLeftCard(null, { name: 'goodbye', submitted: true, hasReadCard: true })).toBe('own');
  expect(ownerOfLeftCard(null, { name: 'number', ticketId: 'x', hasReadCard: true })).toBe('own');
  expect(ownerOfLeftCard(null, { name: 'number', ticketId: 'x' })).toBe('others');
  expect(ownerOfLeftCard(null, { name: 'check-in' })).toBe('perhaps-own');
  expect(ownerOfLeftCard(null, home)).toBe('others');
});

test('a visit that read no card does not take another’s for its own, not even at its end', () => {
  expect(ownerOfLeftCard(visit(consent, false), home)).toBe('others');
  expect(ownerOfLeftCard(null, { name: 'goodbye', submitted: false, hasReadCard: false })).toBe('others');
});

test('where a card is asked for, it may be the one that is meant', () => {
  expect(ownerOfLeftCard(visit(asking, false), home)).toBe('perhaps-own');
});

test('who asks how a case goes is asked for a card on one page', () => {
  const byCard: VisitStep = { kind: 'progress', page: { at: 'card', reader: 'looking', isAsking: false } };
  const ways: VisitStep = { kind: 'progress', page: { at: 'ways', canScan: true, isAsking: false } };
  expect(ownerOfLeftCard(visit(byCard, false), home)).toBe('perhaps-own');
  expect(ownerOfLeftCard(visit(ways, false), home)).toBe('others');
  expect(isLoudOn(visit(ways, false))).toBe(true);
});

test('the alarm is big where no form needs the room', () => {
  expect(isLoudOn(null)).toBe(true);
  expect(isLoudOn(visit(asking, false))).toBe(true);
  expect(isLoudOn(visit(consent, true))).toBe(false);
});

import { expect, test } from 'vitest';
import type { AnswerValue } from '#contract/visit.ts';
import { coreItem } from '../../../tests/support/terminal-core.ts';
import { zhang } from '../../../tests/fixtures/items/answers.ts';
import { expectDone, startVisit, type VisitAtDesk } from '../../../tests/support/visit-at-desk.ts';

function toAddress(address: string): VisitAtDesk {
  const desk = startVisit(coreItem(), { ...zhang, address });
  answer(desk, 'mobile', '13800005678');
  answer(desk, 'byProxy', '0');
  return desk;
}

function answer(desk: VisitAtDesk, pageId: string, value: AnswerValue): void {
  expect(desk.visits.answer({ pageId, value, confirmedOdd: false })).toEqual({
    ok: true,
    value: { problems: [] },
  });
}

function present(desk: VisitAtDesk): unknown {
  expectDone(desk.visits.back());
  const step = desk.step();
  return step.kind === 'question' ? step.page.value : null;
}

test('the card’s address is offered with its numbers masked, and taken with its levels told apart', () => {
  const desk = toAddress('示例省示例市示例区幸福路1号');
  expect(desk.step()).toMatchObject({ page: { cardAddress: '示例省示例市示例区幸福路**号' } });
  answer(desk, 'homeAddress', { useCard: true });
  expect(present(desk)).toEqual({
    region: '示例省示例市示例区',
    street: '',
    community: '',
    detail: '幸福路1号',
    code: '999901',
  });
});

test('one that begins with no place that we know is taken as it is written', () => {
  const desk = toAddress('某省某市某区1号');
  answer(desk, 'homeAddress', { useCard: true });
  expect(present(desk)).toEqual({ region: '', street: '', community: '', detail: '某省某市某区1号' });
});

test('one that is nothing but a place asks for the door', () => {
  const desk = toAddress('示例区');
  expect(
    desk.visits.answer({ pageId: 'homeAddress', value: { useCard: true }, confirmedOdd: false }),
  ).toMatchObject({
    value: { problems: [{ code: 'address-incomplete' }] },
  });
});

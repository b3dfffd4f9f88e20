import { call } from '@orpc/server';
import { deliveryWaySchema, specialReasonSchema } from '#contract/case-history.ts';
import type { CaseVerb } from '#contract/case-choices.ts';
import { reached } from '../../cases/table.ts';
import type { VerbContext } from '../../verbs/base.ts';
import { beginSpecial as beginProcedure } from '../../verbs/begin-special.ts';
import { completeStep } from '../../verbs/complete-step.ts';
import { confirmCorrection } from '../../verbs/confirm-correction.ts';
import { deliverCase } from '../../verbs/deliver-case.ts';
import { endSpecial as endProcedure } from '../../verbs/end-special.ts';
import { extendCase } from '../../verbs/extend-case.ts';
import { handOverCase } from '../../verbs/hand-over-case.ts';
import { returnCase } from '../../verbs/return-case.ts';
import { withdrawCase } from '../../verbs/withdraw-case.ts';
import type { CaseView } from '../cases/case-view.ts';
import { choiceField, textField, type Problem } from '../form.ts';
import { html } from '../html.ts';
import type { Texts } from '../texts/texts.ts';
import type { DeskAct } from './act.ts';
import { chosenUnit, unitField } from './units.ts';
import { readWords, shownWords, wordsFields } from './words.ts';

/** What happens to an application between its acceptance and its end, and behind it. */

const reasonField = { name: 'reason', label: 'field.reason', labelEn: 'field.reasonEn' } as const;
const MOST_SPECIAL_WORKDAYS = 250;
const MOST_EXTENSION_DAYS = 15;

const isPossible = (verb: CaseVerb, view: CaseView): boolean =>
  view.interaction === null && reached(verb, view.status) !== null;

/** An act that asks for nothing; its verb has its name. */
function simple(
  id: 'confirm-correction' | 'end-special' | 'withdraw',
  run: (view: CaseView, context: VerbContext) => Promise<unknown>,
): DeskAct {
  return {
    id,
    name: `act.${id}`,
    about: `act.${id}.about`,
    isOffered: (view) => isPossible(id, view),
    fields: () => null,
    read: ({ view }) => ({ kind: 'ready', summary: [], perform: (context) => run(view, context) }),
  };
}

/** A whole number from 1 to `most`; null: none was given. */
function readDays(
  name: string,
  given: string,
  { most, isNeeded }: { readonly most: number; readonly isNeeded: boolean },
  { t }: Texts,
): { readonly days: number | null; readonly problems: readonly Problem[] } {
  const typed = given.trim();
  if (typed === '' && !isNeeded) return { days: null, problems: [] };
  const days = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
  return days >= 1 && days <= most
    ? { days, problems: [] }
    : { days: null, problems: [{ field: name, says: t('field.days', { n: most }) }] };
}

/** 确认补齐: handed in at a window. */
export const confirm = simple('confirm-correction', (view, context) =>
  call(confirmCorrection, { caseNo: view.caseNo }, { context }),
);

export const complete: DeskAct = {
  id: 'complete-step',
  name: 'act.complete-step',
  about: 'act.complete-step.about',
  isOffered: (view) => isPossible('complete-step', view) && view.life.clocks.step !== null,
  fields: ({ view, texts }) =>
    view.life.clocks.step && html`<p><strong>${texts.of(view.life.clocks.step.name)}</strong></p>`,
  read: ({ view, texts }) => {
    const { step } = view.life.clocks;
    if (step === null)
      return { kind: 'wrong', problems: [{ field: 'form', says: texts.t('refusal.NOT_THE_PRESENT_STEP') }] };
    return {
      kind: 'ready',
      summary: [[texts.t('case.step'), texts.of(step.name)]],
      perform: (context) => call(completeStep, { caseNo: view.caseNo, step: step.index }, { context }),
    };
  },
};

/** 特别程序. */
export const beginSpecial: DeskAct = {
  id: 'begin-special',
  name: 'act.begin-special',
  about: 'act.begin-special.about',
  isOffered: (view) => isPossible('begin-special', view),
  fields: (scene, problems) => {
    const { texts, values } = scene;
    return html`${choiceField({
      type: 'radio',
      name: 'kind',
      label: texts.t('field.special'),
      values: values.getAll('kind'),
      options: specialReasonSchema.options.map((value) => ({
        value,
        label: texts.member('special', value),
      })),
      problems,
    })}${wordsFields(reasonField, scene, problems)}${textField({
      type: 'text',
      name: 'workdays',
      label: texts.t('field.special.workdays'),
      hint: texts.t('field.special.workdays.hint'),
      value: values.get('workdays') ?? '',
      most: 3,
      problems,
    })}`;
  },
  read: (scene) => {
    const { texts, values, view } = scene;
    const { t } = texts;
    const kind = specialReasonSchema.safeParse(values.get('kind'));
    const { words, problems } = readWords(reasonField, scene);
    const limit = { most: MOST_SPECIAL_WORKDAYS, isNeeded: false };
    const expected = readDays('workdays', values.get('workdays') ?? '', limit, texts);
    const wrong = [
      ...(kind.success ? [] : [{ field: 'kind', says: t('field.choose', { label: t('field.special') }) }]),
      ...problems,
      ...expected.problems,
    ];
    if (!kind.success || wrong.length > 0) return { kind: 'wrong', problems: wrong };
    return {
      kind: 'ready',
      summary: [
        [t('field.special'), texts.member('special', kind.data)],
        [t('field.reason'), shownWords(words)],
        [t('field.special.workdays'), expected.days ?? t('none')],
      ],
      perform: (context) =>
        call(
          beginProcedure,
          { caseNo: view.caseNo, reason: kind.data, text: words, workdays: expected.days },
          { context },
        ),
    };
  },
};

export const endSpecial = simple('end-special', (view, context) =>
  call(endProcedure, { caseNo: view.caseNo }, { context }),
);

/** 延长审批. */
export const extend: DeskAct = {
  id: 'extend',
  name: 'act.extend',
  about: 'act.extend.about',
  isOffered: (view) => isPossible('extend', view) && !view.events.some(({ verb }) => verb === 'extend'),
  fields: (scene, problems) =>
    html`${textField({
      type: 'text',
      name: 'days',
      label: scene.texts.t('field.extension'),
      hint: scene.texts.t('field.extension.hint', { n: MOST_EXTENSION_DAYS }),
      value: scene.values.get('days') ?? '',
      most: 2,
      problems,
    })}${wordsFields(reasonField, scene, problems)}`,
  read: (scene) => {
    const { texts, values, view } = scene;
    const limit = { most: MOST_EXTENSION_DAYS, isNeeded: true };
    const { days, problems: ofDays } = readDays('days', values.get('days') ?? '', limit, texts);
    const { words, problems } = readWords(reasonField, scene);
    if (days === null || problems.length > 0) return { kind: 'wrong', problems: [...ofDays, ...problems] };
    return {
      kind: 'ready',
      summary: [
        [texts.t('field.extension'), days],
        [texts.t('field.reason'), shownWords(words)],
      ],
      perform: (context) => call(extendCase, { caseNo: view.caseNo, days, text: words }, { context }),
    };
  },
};

/** 转办. */
export const handOver: DeskAct = {
  id: 'hand-over',
  name: 'act.hand-over',
  about: 'act.hand-over.about',
  isOffered: (view) => isPossible('hand-over', view),
  fields: (scene, problems) => unitField(scene, scene.view.life.unit.zh, problems),
  read: (scene) => {
    const { texts, view } = scene;
    const { unit, problems } = chosenUnit(scene);
    if (unit === null) return { kind: 'wrong', problems };
    return {
      kind: 'ready',
      summary: [[texts.t('field.handTo'), texts.of(unit)]],
      perform: (context) => call(handOverCase, { caseNo: view.caseNo, unit: unit.zh }, { context }),
    };
  },
};

/** 退件. */
export const giveBack: DeskAct = {
  id: 'return',
  name: 'act.return',
  about: 'act.return.about',
  isOffered: (view) => isPossible('return', view),
  fields: (scene, problems) => wordsFields(reasonField, scene, problems),
  read: (scene) => {
    const { words: reason, problems } = readWords(reasonField, scene);
    if (problems.length > 0) return { kind: 'wrong', problems };
    return {
      kind: 'ready',
      summary: [[scene.texts.t('field.reason'), shownWords(reason)]],
      perform: (context) => call(returnCase, { caseNo: scene.view.caseNo, reason }, { context }),
    };
  },
};

/** 撤回, at the applicant's wish. */
export const withdraw = simple('withdraw', (view, context) =>
  call(withdrawCase, { caseNo: view.caseNo }, { context }),
);

/** 送达. */
export const deliver: DeskAct = {
  id: 'deliver',
  name: 'act.deliver',
  about: 'act.deliver.about',
  isOffered: (view) => isPossible('deliver', view),
  fields: ({ texts, values }, problems) =>
    choiceField({
      type: 'radio',
      name: 'how',
      label: texts.t('field.delivery'),
      values: values.getAll('how'),
      options: deliveryWaySchema.options.map((value) => ({
        value,
        label: texts.member('delivery', value),
      })),
      problems,
    }),
  read: ({ texts, values, view }) => {
    const how = deliveryWaySchema.safeParse(values.get('how'));
    const label = texts.t('field.delivery');
    if (!how.success)
      return { kind: 'wrong', problems: [{ field: 'how', says: texts.t('field.choose', { label }) }] };
    return {
      kind: 'ready',
      summary: [[label, texts.member('delivery', how.data)]],
      perform: (context) => call(deliverCase, { caseNo: view.caseNo, how: how.data }, { context }),
    };
  },
};

import { call } from '@orpc/server';
import { closeOutcomeSchema } from '#contract/progress.ts';
import { reached } from '../../cases/table.ts';
import { closeCase } from '../../verbs/close-case.ts';
import { choiceField, textField } from '../form.ts';
import { html } from '../html.ts';
import type { DeskAct } from './act.ts';
import { readWords, shownWords, tooLong, wordsFields } from './words.ts';

const textOf = { name: 'text', label: 'field.text', labelEn: 'field.textEn' } as const;
const MOST_DOCUMENT_NO = 60;
/** What an office decides; 4 and 5 are acts of their own, of the applicant and of time (contract/platform-api.ts). */
const outcomeSchema = closeOutcomeSchema.extract(['1', '2', '3']);

/** 办结. */
export const close: DeskAct = {
  id: 'close',
  name: 'act.close',
  about: 'act.close.about',
  isOffered: (view) => view.interaction === null && reached('close', view.status) !== null,
  fields: (scene, problems) => {
    const { texts, values } = scene;
    const outcomes = outcomeSchema.options.map((value) => ({
      value,
      label: texts.member('outcome', value),
    }));
    return html`${choiceField({
      type: 'radio',
      name: 'outcome',
      label: texts.t('field.outcome'),
      values: values.getAll('outcome'),
      options: outcomes,
      problems,
    })}${wordsFields(textOf, scene, problems)}${textField({
      type: 'text',
      name: 'documentNo',
      label: texts.t('field.documentNo'),
      value: values.get('documentNo') ?? '',
      most: MOST_DOCUMENT_NO,
      problems,
    })}`;
  },
  read: (scene) => {
    const { texts, values, view } = scene;
    const { t } = texts;
    const outcome = outcomeSchema.safeParse(values.get('outcome'));
    const { words, problems } = readWords(textOf, scene);
    const documentNo = (values.get('documentNo') ?? '').trim();
    const wrong = [
      ...(outcome.success
        ? []
        : [{ field: 'outcome', says: t('field.choose', { label: t('field.outcome') }) }]),
      ...problems,
      ...tooLong('documentNo', documentNo, MOST_DOCUMENT_NO, t('field.documentNo'), texts),
    ];
    if (!outcome.success || wrong.length > 0) return { kind: 'wrong', problems: wrong };
    return {
      kind: 'ready',
      summary: [
        [t('field.outcome'), texts.member('outcome', outcome.data)],
        [t('field.text'), shownWords(words)],
        [t('field.documentNo'), documentNo === '' ? t('none') : documentNo],
      ],
      perform: (context) =>
        call(
          closeCase,
          {
            caseNo: view.caseNo,
            outcome: outcome.data,
            text: words,
            documentNo: documentNo === '' ? null : documentNo,
          },
          { context },
        ),
    };
  },
};

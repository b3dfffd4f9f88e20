import { call } from '@orpc/server';
import { reached } from '../../cases/table.ts';
import { refuseCase } from '../../verbs/refuse-case.ts';
import type { DeskAct } from './act.ts';
import { readWords, shownWords, wordsFields } from './words.ts';

const reasonField = { name: 'reason', label: 'field.reason', labelEn: 'field.reasonEn' } as const;

/** 不予受理. */
export const refuse: DeskAct = {
  id: 'refuse',
  name: 'act.refuse',
  about: 'act.refuse.about',
  isOffered: (view) => view.interaction === null && reached('refuse', view.status) !== null,
  fields: (scene, problems) => wordsFields(reasonField, scene, problems),
  read: (scene) => {
    const { words: reason, problems } = readWords(reasonField, scene);
    if (problems.length > 0) return { kind: 'wrong', problems };
    return {
      kind: 'ready',
      summary: [[scene.texts.t('field.reason'), shownWords(reason)]],
      perform: (context) => call(refuseCase, { caseNo: scene.view.caseNo, reason }, { context }),
    };
  },
};

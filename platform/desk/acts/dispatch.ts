import { randomUUID } from 'node:crypto';
import { call } from '@orpc/server';
import { matterDispatchSchema, MOST_DISPATCHES } from '#contract/interaction.ts';
import { ACCEPTED } from '../../interactions/dispatch.ts';
import { dispatchMatter } from '../../verbs/dispatch.ts';
import { html } from '../html.ts';
import type { DeskAct } from './act.ts';
import { chosenUnit, unitField } from './units.ts';

/** 转办 of a question, complaint or suggestion, to the unit that answers it. */
export const dispatch: DeskAct = {
  id: 'dispatch',
  name: 'act.dispatch',
  about: 'act.dispatch.about',
  for: ['supervisor'],
  isOffered: ({ interaction, status, dispatches }) =>
    (interaction?.state === 'waiting' || interaction?.state === 'reopened') &&
    ACCEPTED.has(status) &&
    dispatches.length < MOST_DISPATCHES,
  fields: (scene, problems) => {
    // The idempotency key: two presses of one form are one dispatch.
    const dispatchId = scene.values.get('dispatchId') ?? randomUUID();
    return html`<input type="hidden" name="dispatchId" value="${dispatchId}" />${unitField(
        scene,
        scene.view.dispatches.at(-1)?.unit ?? null,
        problems,
      )}`;
  },
  read: (scene) => {
    const { texts, values, view } = scene;
    const { unit, problems } = chosenUnit(scene);
    const wanted = matterDispatchSchema.safeParse({ dispatchId: values.get('dispatchId'), unit: unit?.zh });
    if (unit === null || !wanted.success) return { kind: 'wrong', problems };
    return {
      kind: 'ready',
      summary: [[texts.t('field.handTo'), texts.of(unit)]],
      perform: (context) => call(dispatchMatter, { caseNo: view.caseNo, ...wanted.data }, { context }),
    };
  },
};

import { randomUUID } from 'node:crypto';
import { call } from '@orpc/server';
import { replyRequestSchema } from '#contract/interaction.ts';
import { replyRefusedSchema } from '#contract/platform-api.ts';
import { giveReply } from '../../verbs/reply.ts';
import { areaField } from '../form.ts';
import { html, lines, type Piece } from '../html.ts';
import { shownSections } from '../cases/shown-answers.ts';
import type { DeskAct, Scene } from './act.ts';
import { ownWords, tooLong } from './words.ts';

const MOST_REPLY = 1000;
const INSIST = 'insistBecause';
const MOST_INSISTING = 200;

/** By the name under which matters are dispatched to it. */
function ownUnit({ unitName, department }: Scene['official']): string {
  return department?.name ?? unitName;
}

/** What was asked, above the words that answer it. */
function question({ view, texts, official }: Scene): Piece {
  const asked = shownSections(view, false).flatMap(({ answers }) =>
    answers.flatMap(({ label, value }) =>
      value.kind === 'text'
        ? [
            html`<div>
              <dt>${texts.of(label)}</dt>
              <dd>${lines(texts.of(value.text))}</dd>
            </div>`,
          ]
        : [],
    ),
  );
  return html`<dl class="facts">
    ${asked}
    <div>
      <dt>${texts.t('field.unit')}</dt>
      <dd>${ownUnit(official)}</dd>
    </div>
  </dl>`;
}

/** 答复 to a question, complaint or suggestion. */
export const reply: DeskAct = {
  id: 'reply',
  name: 'act.reply',
  about: 'act.reply.about',
  isOffered: ({ interaction, status }) =>
    (interaction?.state === 'waiting' || interaction?.state === 'reopened') &&
    !['07', '13', '14'].includes(status),
  fields: (scene, problems) => {
    const { values, texts } = scene;
    // The idempotency key: two presses of one form are one reply.
    const replyId = values.get('replyId') ?? randomUUID();
    return html`${question(scene)}

      <input type="hidden" name="replyId" value="${replyId}" />${areaField({
        name: 'words',
        label: texts.t('field.reply'),
        value: values.get('words') ?? '',
        isLong: true,
        problems,
      })}${
        // Not before the check has spoken: nobody is invited to go round it.
        (values.has(INSIST) || problems.some(({ field }) => field === INSIST)) &&
        areaField({
          name: INSIST,
          label: texts.t('field.insist'),
          hint: texts.t('field.insist.hint'),
          value: values.get(INSIST) ?? '',
          problems,
        })
      }`;
  },
  read: (scene) => {
    const { values, texts, official, view } = scene;
    const { t } = texts;
    const label = t('field.reply');
    const { words, problems } = ownWords('words', values.get('words') ?? '', MOST_REPLY, label, texts);
    const because = (values.get(INSIST) ?? '').trim();
    const wrong = [...problems, ...tooLong(INSIST, because, MOST_INSISTING, t('field.insist'), texts)];
    if (wrong.length > 0) return { kind: 'wrong', problems: wrong };
    const request = replyRequestSchema.safeParse({
      unit: ownUnit(official),
      text: words,
      replyId: values.get('replyId') ?? '',
      ...(because === '' ? {} : { insistBecause: because }),
    });
    if (!request.success) {
      return { kind: 'wrong', problems: [{ field: 'words', says: t('refusal.BAD_REQUEST') }] };
    }
    return {
      kind: 'ready',
      summary: [
        [t('field.unit'), ownUnit(official)],
        [label, lines(words)],
        ...(because === '' ? [] : [[t('field.insist'), lines(because)] as const]),
      ],
      perform: (context) => call(giveReply, { caseNo: view.caseNo, ...request.data }, { context }),
    };
  },
  refused: ({ texts }, { code, data }) => {
    const judged = code === 'REPLY_DOES_NOT_ANSWER' ? replyRefusedSchema.safeParse(data) : null;
    if (!judged?.success) return null;
    const { findings, mayInsist } = judged.data;
    return [
      ...findings.map(({ change, caseNo }) => ({
        field: 'words',
        says: `${texts.of(change)}${caseNo === undefined ? '' : ` ${texts.t('reply.repeats', { no: caseNo })}`}`,
      })),
      ...(mayInsist ? [{ field: INSIST, says: texts.t('reply.mayInsist') }] : []),
    ];
  },
};

import { call } from '@orpc/server';
import { remedySchema, verificationSchema, type LedgerState } from '#contract/rating-ledger.ts';
import { answerEntry } from '../../verbs/answer-ledger-entry.ts';
import { closeEntry } from '../../verbs/close-ledger-entry.ts';
import { verifyEntry } from '../../verbs/verify-ledger-entry.ts';
import { choiceField, textField, type Problem, type Values } from '../form.ts';
import { html, lines, type Piece } from '../html.ts';
import type { TextKey, Texts } from '../texts/texts.ts';
import type { ReadAct } from './act.ts';
import { ownWords, ownWordsField, tooLong } from './words.ts';

interface StepScene {
  readonly entryNo: string;
  readonly texts: Texts;
  readonly values: Values;
}

/** A step of an entry of the ledger: none is left out, and none is taken back. */
export interface LedgerStep {
  readonly id: 'verify' | 'answer' | 'close';
  readonly name: TextKey;
  readonly about: TextKey;
  /** The state in which it is the next one. */
  readonly from: LedgerState;
  fields(scene: StepScene, problems: readonly Problem[]): Piece;
  read(scene: StepScene): ReadAct;
}

/** As contract/rating-ledger.ts has them. */
const MOST_WORDS = 500;
const MOST_GROUND = 200;

function choice(
  name: string,
  label: TextKey,
  family: string,
  { texts, values }: StepScene,
  members: readonly string[],
  problems: readonly Problem[],
): Piece {
  return choiceField({
    type: 'radio',
    name,
    label: texts.t(label),
    values: values.getAll(name),
    options: members.map((value) => ({ value, label: texts.member(family, value) })),
    problems,
  });
}

const choosing = (field: string, label: TextKey, { t }: Texts): Problem => ({
  field,
  says: t('field.choose', { label: t(label) }),
});

const founded = ['yes', 'no'] as const;
const remedies = ['put-right', 'explained'] as const;

/** 核实. */
const verify: LedgerStep = {
  id: 'verify',
  name: 'ledgerStep.verify',
  about: 'ledgerStep.verify.about',
  from: 'open',
  fields: (scene, problems) =>
    html`${choice('founded', 'field.founded', 'founded', scene, founded, problems)}${ownWordsField('words', 'field.found', scene, problems)}`,
  read: ({ entryNo, texts, values }) => {
    const { t } = texts;
    const isFounded = founded.find((one) => one === values.get('founded'));
    const { words, problems } = ownWords(
      'words',
      values.get('words') ?? '',
      MOST_WORDS,
      t('field.found'),
      texts,
    );
    const wanted = verificationSchema.safeParse({ isFounded: isFounded === 'yes', words });
    if (isFounded === undefined || !wanted.success) {
      const of = isFounded === undefined ? [choosing('founded', 'field.founded', texts)] : [];
      return { kind: 'wrong', problems: [...of, ...problems] };
    }
    return {
      kind: 'ready',
      summary: [
        [t('field.founded'), texts.member('founded', isFounded)],
        [t('field.found'), lines(words)],
      ],
      perform: (context) => call(verifyEntry, { entryNo, ...wanted.data }, { context }),
    };
  },
};

/** 整改, or 解释 with the article that forbids what was asked for. */
const answer: LedgerStep = {
  id: 'answer',
  name: 'ledgerStep.answer',
  about: 'ledgerStep.answer.about',
  from: 'verified',
  fields: (scene, problems) => {
    const { texts, values } = scene;
    return html`${choice('kind', 'field.remedy', 'ledgerAct', scene, remedies, problems)}${ownWordsField('words', 'field.done', scene, problems)}${textField(
      {
        type: 'text',
        name: 'legalGround',
        label: texts.t('field.legalGround'),
        hint: texts.t('field.legalGround.hint'),
        value: values.get('legalGround') ?? '',
        most: MOST_GROUND,
        problems,
      },
    )}`;
  },
  read: ({ entryNo, texts, values }) => {
    const { t } = texts;
    const kind = remedies.find((one) => one === values.get('kind'));
    const { words, problems } = ownWords(
      'words',
      values.get('words') ?? '',
      MOST_WORDS,
      t('field.done'),
      texts,
    );
    const ground = (values.get('legalGround') ?? '').trim();
    const label = t('field.legalGround');
    const wanted = remedySchema.safeParse(
      kind === 'explained' ? { kind, words, legalGround: ground } : { kind, words },
    );
    if (!wanted.success) {
      const of = kind === undefined ? [choosing('kind', 'field.remedy', texts)] : [];
      const ofGround =
        kind !== 'explained'
          ? []
          : ground === ''
            ? [{ field: 'legalGround', says: t('field.required', { label }) }]
            : tooLong('legalGround', ground, MOST_GROUND, label, texts);
      return { kind: 'wrong', problems: [...of, ...problems, ...ofGround] };
    }
    return {
      kind: 'ready',
      summary: [
        [t('field.remedy'), texts.member('ledgerAct', wanted.data.kind)],
        [t('field.done'), lines(words)],
        ...(wanted.data.kind === 'explained' ? [[label, ground] as const] : []),
      ],
      perform: (context) => call(answerEntry, { entryNo, remedy: wanted.data }, { context }),
    };
  },
};

const close: LedgerStep = {
  id: 'close',
  name: 'ledgerStep.close',
  about: 'ledgerStep.close.about',
  from: 'answered',
  fields: () => null,
  read: ({ entryNo }) => ({
    kind: 'ready',
    summary: [],
    perform: (context) => call(closeEntry, { entryNo }, { context }),
  }),
};

export const ledgerSteps: readonly LedgerStep[] = [verify, answer, close];

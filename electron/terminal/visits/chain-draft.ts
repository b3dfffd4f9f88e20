import type { ApplicationContent } from '#contract/application.ts';
import type { Answers } from '#contract/answers.ts';
import type { ChainStep } from '#contract/chain.ts';
import {
  answersOfPart,
  needsAmong,
  stepOfId,
  withoutParts,
  type ChainForm,
  type ChainPart,
} from '#contract/form/chain-form.ts';
import type { LostItem, ReviewRow } from '#contract/visit.ts';
import type { CheckedApplication } from '../intake/intake.ts';
import { correctionOf } from './correction.ts';
import type { Draft, FormStage, GivenConsent, Position } from './draft.ts';
import { indexOfPosition, positionAt, stopsOf, type Stop, type Walked } from './stops.ts';
import {
  hashToSign,
  keptPages,
  paperAttachments,
  paperRecords,
  signingOf,
  type PaperState,
} from './paper-moves.ts';

/** What is peculiar to a chain while its form is filled in: several applications behind one draft. */
export interface ChainDraft {
  form: ChainForm;
  /** By step; made with the form, so that a double touch is the same applications. */
  readonly applicationIds: ReadonlyMap<number, string>;
  /** Of the whole chain, also those that nobody applies for. */
  readonly steps: readonly ChainStep[];
}

export interface Loss {
  readonly form: ChainForm;
  readonly lost: readonly LostItem[];
}

/**
 * What falls out of a chain by broken rules, and the rest; null when they end it: nothing is left, or one whose
 * refusal ends the chain is among them.
 */
export function lossBy(chain: ChainForm, ruleIds: readonly string[]): Loss | null {
  const orders = new Set(ruleIds.flatMap((id) => stepOfId(id) ?? []));
  const broken = chain.parts.filter(({ step }) => orders.has(step.order));
  if (broken.some(({ step }) => step.blocking)) return null;
  const form = withoutParts(chain, orders);
  if (!form) return null;
  const lost = broken.map(({ item, step }) => ({
    name: item.name,
    reasons: chain.item.eligibility
      .filter(({ id }) => ruleIds.includes(id) && stepOfId(id) === step.order)
      .map(({ text }) => text),
  }));
  return { form, lost };
}

/** Each item's own application, out of one form. */
export function applicationsOf(
  chain: ChainDraft,
  {
    applicationId,
    language,
    correction,
    photos,
  }: Pick<Draft, 'applicationId' | 'language' | 'correction'> & Pick<Walked, 'photos'>,
  form: FormStage,
  answers: Answers,
): CheckedApplication[] {
  return chain.form.parts.flatMap((part): CheckedApplication[] => {
    const ownId = chain.applicationIds.get(part.step.order);
    if (ownId === undefined) return [];
    const { item, step } = part;
    const own = answersOfPart(part, answers);
    const revised = correction?.revised.get(ownId);
    const state: PaperState = {
      choices: {
        areAsked: form.papers.areAsked,
        ways: waysOfPart(part, form),
        ...(revised ? { before: revised.papers } : {}),
      },
      photos,
    };
    const content: ApplicationContent = {
      answers: own,
      consents: consentsOfPart(part, form.consents),
      identitySource: form.identity,
      chain: revised?.place ?? {
        id: chain.form.chain.id,
        chainApplicationId: applicationId,
        order: step.order,
        needs: needsAmong(chain.form, part),
      },
    };
    return [
      {
        applicationId: ownId,
        item,
        language,
        content,
        attachments: paperAttachments(item, own, state),
        papers: paperRecords(item, own, state),
        // One act of signing, under each of them: what it was put under is the same as when it was signed.
        signing: asksForSignature(part)
          ? signingOf(
              form.signed && {
                ...form.signed,
                sha256: hashToSign({ applicationId: ownId, item }, own, state),
              },
            )
          : signingOf(null),
        ...(revised ? { correction: correctionOf(revised, keptPages(item, own, state)) } : {}),
      },
    ];
  });
}

function asksForSignature({ item }: ChainPart): boolean {
  return item.form.sections.some(({ fields }) => fields.some(({ type }) => type === 'signature'));
}

function waysOfPart(part: ChainPart, { papers }: FormStage): FormStage['papers']['ways'] {
  return new Map(
    [...part.materialIds].flatMap(([own, id]) => {
      const way = papers.ways.get(id);
      return way === undefined ? [] : [[own, way]];
    }),
  );
}

function consentsOfPart(part: ChainPart, given: readonly GivenConsent[]): GivenConsent[] {
  return [...part.consentIds].flatMap(([own, id]) => {
    const consent = given.find((one) => one.id === id);
    return consent ? [{ id: own, at: consent.at }] : [];
  });
}

/**
 * The rows of the check page by item. What stands there already, of the applicant or of who came for him, and was not
 * asked again, is not read twice either.
 */
export function rowsByItem(chain: ChainForm, rows: readonly ReviewRow[]): ReviewRow[] {
  const keys = new Map(
    chain.item.form.sections.flatMap(({ fields }) =>
      fields.flatMap((field): [string, string][] =>
        field.type !== 'group' && /^(applicant|proxy)\./.test(field.reuse ?? '')
          ? [[field.id, `${field.reuse ?? ''}`]]
          : [],
      ),
    ),
  );
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = keys.get(row.pageId);
    const shown = key === undefined ? null : JSON.stringify([key, row.display, row.signed]);
    const isRepeated = shown !== null && row.source !== 'typed' && seen.has(shown);
    if (shown !== null) seen.add(shown);
    const part = chain.parts.find(({ step }) => step.order === stepOfId(row.pageId));
    return isRepeated ? [] : [{ ...row, ...(part ? { of: part.item.name } : {}) }];
  });
}

/** What was agreed to, and decided about papers, under the ids that they have in what is left. */
export function carriedOver(before: ChainForm, after: ChainForm, form: FormStage): FormStage {
  const renamed = (ids: 'consentIds' | 'materialIds'): ReadonlyMap<string, string> =>
    new Map(
      after.parts.flatMap((part) => {
        const old = before.parts.find(({ step }) => step.order === part.step.order)?.[ids];
        return [...part[ids]].flatMap(([own, id]): [string, string][] => {
          const was = old?.get(own);
          return was === undefined ? [] : [[was, id]];
        });
      }),
    );
  const consentIds = renamed('consentIds');
  const materialIds = renamed('materialIds');
  return {
    ...form,
    consents: form.consents.flatMap(({ id, at }) => {
      const now = consentIds.get(id);
      return now === undefined ? [] : [{ id: now, at }];
    }),
    papers: {
      ...form.papers,
      ways: new Map(
        [...form.papers.ways].flatMap(([id, way]) => {
          const now = materialIds.get(id);
          return now === undefined ? [] : [[now, way]];
        }),
      ),
    },
  };
}

/** Where the walk stands after some of its stops are gone: at the same one, or at the next that is left. */
export function samePosition(before: readonly Stop[], from: Position, after: Walked): Position {
  const stops = stopsOf(after);
  const onward = before.slice(indexOfPosition(before, from)).map((stop) => positionAt(stop, false));
  const left = onward.find((position) => indexOfPosition(stops, position) >= 0);
  return from.at === 'review' ? from : (left ?? { at: 'review' });
}

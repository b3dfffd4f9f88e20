import { leafOf, type Answers, type LeafAnswer } from '#contract/answers.ts';
import type { Attachment } from '#contract/attachment.ts';
import type { ChainStep } from '#contract/chain.ts';
import { sexOf } from '#contract/form/autofill.ts';
import { composeChain, partId, type ChainForm, type ChainPart } from '#contract/form/chain-form.ts';
import { personalKey } from '#contract/form/reuse.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { PaperRecord } from '#contract/paper.ts';
import type { CaseInChain, CorrectionEntry, CorrectionTarget } from '#contract/progress.ts';
import type { GivenConsent, PapersBefore } from '../draft.ts';
import { revisedOf, unsigned, type CorrectedForm } from './correction-draft.ts';
import type { Reopened } from './open-corrections.ts';

/**
 * Several applications of a chain that the office wants corrected, as the one form that they were: what is named is
 * asked once, also where several of them name it, and each goes back to its own case.
 */
export function joinedCorrection(
  chain: Pick<CaseInChain, 'id' | 'name' | 'chainApplicationId'>,
  reopened: readonly Reopened[],
  document: IdentityDocument,
): CorrectedForm {
  const form = composeChain(
    { id: chain.id, name: chain.name },
    reopened.map((one) => ({ item: one.item, step: stepOf(one) })),
  );
  if (!form) throw new Error('a correction of nothing');
  const parts = form.parts.flatMap((part): OfPart[] => {
    const one = reopened.find((other) => stepOf(other).order === part.step.order);
    return one ? [{ part, ...one }] : [];
  });
  const all: Answers = Object.fromEntries(
    parts.flatMap(({ part, item, opened }) =>
      Object.entries(unsigned(item, opened.submission.payload.answers)).map(([id, answer]) => [
        partId(part, id),
        answer,
      ]),
    ),
  );
  const { answers, askedAs } = saidOnce(form, all, document);
  return {
    applicationId: chain.chainApplicationId,
    item: form.item,
    // What the platform starts by itself was told when it was submitted.
    chain: {
      form,
      applicationIds: new Map(parts.map(({ part, opened }) => [part.step.order, opened.applicationId])),
      steps: [],
    },
    answers,
    consents: consentsOf(parts),
    papers: papersOfAll(parts),
    entries: parts.flatMap((one) => entriesOf(one, askedAs)),
    revised: new Map(parts.map(({ opened }) => [opened.applicationId, revisedOf(opened)])),
  };
}

type OfPart = Reopened & { readonly part: ChainPart };

/** Its place of then; the chain may have got other steps since. */
function stepOf({ item, opened }: Reopened): ChainStep {
  const place = opened.submission.payload.chain;
  return {
    order: place?.order ?? 0,
    kind: 'self',
    item: item.shortCode,
    name: item.name,
    department: item.department.zh.slice(0, 60),
    blocking: false,
    needs: place?.needs ?? [],
  };
}

/**
 * Of an answer that several of them have under one name (`reuse`), the first: the engine fills it in for the others,
 * and a new one as well. `askedAs`: the page that asks for the others' answer now.
 */
function saidOnce(
  { item }: ChainForm,
  all: Answers,
  document: IdentityDocument,
): { readonly answers: Answers; readonly askedAs: ReadonlyMap<string, string> } {
  const sex = sexOf(document);
  const first = new Map<string, { readonly id: string; readonly answer: LeafAnswer }>();
  const askedAs = new Map<string, string>();
  for (const field of item.form.sections.flatMap(({ fields }) => fields)) {
    const answer = leafOf(all[field.id]);
    if (field.type === 'group' || field.reuse === undefined || answer === undefined) continue;
    const key = personalKey(field.reuse, sex);
    const before = first.get(key);
    if (!before) first.set(key, { id: field.id, answer });
    // One that was said otherwise for this item stays as it was said.
    else if (JSON.stringify(before.answer) === JSON.stringify(answer)) askedAs.set(field.id, before.id);
  }
  const answers = Object.fromEntries(Object.entries(all).filter(([id]) => !askedAs.has(id)));
  return { answers, askedAs };
}

function consentsOf(parts: readonly OfPart[]): GivenConsent[] {
  const given = new Map<string, GivenConsent>();
  for (const { part, opened } of parts) {
    for (const { id, at } of opened.submission.payload.consents) {
      const whole = part.consentIds.get(id);
      if (whole !== undefined && !given.has(whole)) given.set(whole, { id: whole, at });
    }
  }
  return [...given.values()];
}

/** A paper that several of them share stands once; when one notice names it, it is shown anew for all of them. */
function papersOfAll(parts: readonly OfPart[]): PapersBefore {
  const named = new Set<string>();
  const records = new Map<string, PaperRecord>();
  const attachments = new Map<string, Attachment>();
  const each = parts.map(({ part, opened }) => ({ part, before: revisedOf(opened).papers }));
  for (const { part, before } of each) for (const id of before.named) add(named, part.materialIds.get(id));
  for (const { part, before } of each) {
    const taken = new Set(records.keys());
    const isOpen = (id: string | undefined): id is string =>
      id !== undefined && !named.has(id) && !taken.has(id);
    for (const record of before.records) {
      const paperId = part.materialIds.get(record.paperId);
      if (isOpen(paperId)) records.set(paperId, { ...record, paperId });
    }
    for (const attachment of before.attachments) {
      const { subject } = attachment;
      const paperId = subject.kind === 'paper' ? part.materialIds.get(subject.paperId) : undefined;
      if (subject.kind !== 'paper' || !isOpen(paperId)) continue;
      attachments.set(`${paperId} ${String(subject.page)}`, {
        ...attachment,
        subject: { ...subject, paperId },
      });
    }
  }
  return { named, records: [...records.values()], attachments: [...attachments.values()] };
}

function add(to: Set<string>, id: string | undefined): void {
  if (id !== undefined) to.add(id);
}

function entriesOf({ part, opened }: OfPart, askedAs: ReadonlyMap<string, string>): CorrectionEntry[] {
  return opened.notice.entries.map((entry) => ({ ...entry, target: targetOf(part, entry.target, askedAs) }));
}

function targetOf(
  part: ChainPart,
  target: CorrectionTarget,
  askedAs: ReadonlyMap<string, string>,
): CorrectionTarget {
  switch (target.of) {
    case 'page': {
      const pageId = partId(part, target.pageId);
      return { of: 'page', pageId: askedAs.get(pageId) ?? pageId };
    }
    case 'paper':
      return { of: 'paper', materialId: part.materialIds.get(target.materialId) ?? target.materialId };
    default: {
      const never: never = target;
      return never;
    }
  }
}

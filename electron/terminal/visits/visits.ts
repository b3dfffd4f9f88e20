import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { composeChain } from '#contract/form/chain-form.ts';
import { judgeForm } from '#contract/form/complete.ts';
import { dayOf, localMinute, type LocalDate, type LocalMinute } from '#contract/form/local-date.ts';
import { NOTHING_READ } from '#contract/form/pages.ts';
import type { Availability } from '#contract/guide.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Language } from '#contract/localized.ts';
import { err, ok } from '#contract/result.ts';
import { holdsSignature } from '#contract/signed-statement.ts';
import type { AnswerValue } from '#contract/visit.ts';
import { isReceivable } from '../catalogue/availability.ts';
import { createChanges } from '../changes.ts';
import { createCardPage } from './card-page.ts';
import { carriedOver, lossBy, samePosition, type Loss } from './chain-draft.ts';
import { nextMarked, wentThrough } from './correction.ts';
import { forSubmission } from './draft-moves.ts';
import type { Draft, Ended, FormStage, GivenConsent, KeptPapers, Stage } from './draft.ts';
import {
  blockedBy,
  currentPage,
  fittingCardAnswers,
  judgeAnswer,
  judgeGroup,
  settled,
  withNewEntry,
  withoutEmptyEntry,
  withoutEntry,
} from './form-moves.ts';
import { forWindow } from './for-window.ts';
import { createPaperPage, papersFor, walkedOf } from './paper-page.ts';
import { hashToSign, withoutStaleSignature } from './paper-moves.ts';
import { createVisitPapers } from './papers.ts';
import { handIn } from './hand-in.ts';
import {
  identityToGoOnWith,
  keepAlso,
  keepAnswers,
  keptFor,
  NOTHING_KEPT,
  ownAnswers,
  withEarlier,
  withOwnAnswer,
  type KeptIdentity,
} from './kept.ts';
import { slipsIn, withoutOwnSlips } from './put-right.ts';
import { createSavedDraftPage } from './saved-draft-page.ts';
import { consentsToGive, itemSummary } from './step-view.ts';
import { firstMissing, firstPosition, positionAfter, positionBefore, stopsOf } from './stops.ts';
import { itemShown, visitStep } from './visit-step.ts';
import type { ChainBegin, Done, Judgement, VisitEnd, Visits, VisitsPorts } from './visits-types.ts';

/** After the screen's own warning and grace, in seconds: for a screen that died with a visit open. */
const FORGOTTEN_AFTER_SECONDS = 60;

export function createVisits(ports: VisitsPorts): Visits {
  const { config, clock, catalogue, devices } = ports;
  const changes = createChanges();
  let draft: Draft | null = null;
  let revision = 0;
  let cancelForgotten: (() => void) | null = null;

  const now = (): LocalMinute => localMinute(clock.now(), config.timeZone);
  const today = (): LocalDate => dayOf(now());

  const cardPage = createCardPage({
    page: () => {
      if (draft?.stage.name !== 'card') return null;
      return { stage: draft.stage, applicationId: draft.applicationId };
    },
    codes: ports.codes,
    today,
    changed,
  });
  const paperPage = createPaperPage({ draft: () => draft, now, enter, moveOn, stillHere });
  const savedDraftPage = createSavedDraftPage({
    ...ports,
    draft: () => draft,
    now,
    enter,
    goOnWith: (form) => enterUnlessBlocked(form, null),
    filledOn,
  });
  devices.onCard((event) => {
    // Read right or not: this resident's card may be left behind.
    if (event.type === 'read' && draft?.stage.name === 'card') draft.hasReadCard = true;
    cardPage.onCard(event);
  });
  devices.onCode(cardPage.onCode);
  devices.changes.subscribe(poke);
  // Whether a code can be shown depends on the line.
  ports.line.changes.subscribe(poke);

  function poke(): void {
    if (draft) changed();
  }

  function changed(): void {
    revision += 1;
    const isLooking = draft?.stage.name === 'card' && draft.stage.card.state !== 'read';
    devices.watchCard(isLooking);
    devices.watchCode(isLooking);
    cardPage.settle();
    changes.notify();
  }

  /** Every verb of a resident also says that somebody is there. */
  function enter(stage: Stage): Done {
    if (!draft) return err(fault('visit.none'));
    if (stage.name === 'form') takeBackStaleSignature(draft, stage);
    draft.stage = stage;
    stillHere();
    changed();
    return ok(null);
  }

  /** One stop further, from where the form stands. */
  function moveOn(form: FormStage): Done {
    if (!draft) return err(fault('visit.none'));
    advance(draft, form);
    return enter(form);
  }

  function advance(of: Draft, form: FormStage): void {
    // First of all: a signature that counts no more is asked for again.
    takeBackStaleSignature(of, form);
    const walked = walkedOf(of, form, now());
    if (of.correction) wentThrough(of.correction, form.position);
    // In a correction, what the notice names comes first.
    const marked = of.correction && nextMarked(walked, of.correction);
    form.position = marked ?? positionAfter(walked, form.position);
  }

  /** A signature is for what it was put under: any later change of that takes it back. */
  function takeBackStaleSignature(of: Draft, form: FormStage): void {
    if (form.signed === null) return;
    const kept = withoutStaleSignature(form.answers, form.signed, hashNow(of, form));
    form.answers = kept.answers;
    form.signed = kept.signed;
    form.signatureTakenBack ||= kept.isTakenBack;
  }

  function hashNow(of: Draft, form: FormStage): string {
    const { answers } = settled(of.item, form, now());
    return hashToSign(of, answers, { choices: form.papers, photos: papersFor(of, form) });
  }

  function stillHere(): void {
    cancelForgotten?.();
    const { warnAfterSeconds, graceSeconds } = config.idle;
    const afterMs = (warnAfterSeconds + graceSeconds + FORGOTTEN_AFTER_SECONDS) * 1000;
    cancelForgotten = clock.after(afterMs, () => {
      end('forgotten');
    });
  }

  function begin(input: { slug: string; language: Language; requestId: string }): Done {
    if (draft?.requestId === input.requestId) return ok(null);
    const item = catalogue.item(input.slug);
    if (!item.ok) return item;
    const { as } = ports.availabilityOf(item.value);
    // What cannot be submitted now may be filled in all the same, by itself.
    const refusal = refusalOf(as === 'draft-only' ? [] : [item.value]);
    return refusal ?? open(input, { item: item.value, chain: null });
  }

  function beginChain(input: ChainBegin): Done {
    if (draft?.requestId === input.requestId) return ok(null);
    const found = ports.chains.choose(input.id, input.orders);
    if (!found.ok) return found;
    const { chain, chosen } = found.value;
    const refusal = refusalOf(chosen.map(({ item }) => item));
    if (refusal) return refusal;
    const form = composeChain(chain, chosen);
    if (!form) return err(fault('chain.unknown'));
    const applicationIds = new Map(form.parts.map(({ step }) => [step.order, ports.newId()]));
    return open(input, { item: form.item, chain: { form, applicationIds, steps: chain.steps } });
  }

  /** Why none of these may be begun now; null when all may. */
  function refusalOf(items: readonly ServiceItem[]): Done | null {
    const closed = ports.whyClosed();
    if (closed !== null) return err(closed);
    for (const item of items) {
      const availability = ports.availabilityOf(item);
      if (availability.as !== 'open') return err(fault(faultOf[availability.as]));
    }
    return null;
  }

  function open(
    { language, requestId }: { readonly language: Language; readonly requestId: string },
    what: Pick<Draft, 'item' | 'chain'>,
  ): Done {
    const goesOn = draft?.stage.name === 'choosing' ? draft : null;
    draft = {
      visitId: goesOn?.visitId ?? ports.newUuid(),
      requestId,
      applicationId: ports.newId(),
      ...what,
      papers: goesOn?.papers ?? createVisitPapers(),
      language,
      stage: { name: 'consent', given: [] },
      kept: goesOn?.kept ?? NOTHING_KEPT,
      hasReadCard: goesOn?.hasReadCard ?? false,
    };
    stillHere();
    changed();
    return ok(null);
  }

  function another(): Done {
    const from = draft?.stage.name;
    const isOver = from === 'received' || (from === 'blocked' && draft?.kept.identity !== null);
    return isOver ? enter({ name: 'choosing' }) : wrongStep();
  }

  function goOn(): Done {
    return draft?.stage.name === 'lost' ? enter(draft.stage.form) : wrongStep();
  }

  function consent(consentIds: readonly string[]): Done {
    if (draft?.stage.name !== 'consent') return wrongStep();
    const missing = draft.item.consents.some((entry) => entry.required && !consentIds.includes(entry.id));
    if (missing) return err(fault('intake.consent-missing'));
    const at = new Date(clock.now()).toISOString();
    const known = draft.item.consents.filter((entry) => consentIds.includes(entry.id));
    const consents = known.map((entry): GivenConsent => ({ id: entry.id, at }));
    const way = { consents, kept: {}, keptPapers: null };
    if (draft.item.identity === 'none') {
      const { before } = draft.stage;
      return before ? enter({ ...before, consents }) : startForm(way, { source: 'none', person: null });
    }
    const earlier = identityToGoOnWith(draft.kept, clock.now());
    // Without a card nobody could take a draft up again.
    const identity = savedDraftPage.isForDraft() && earlier?.person === null ? null : earlier;
    return identity ? startForm(way, identity) : enter({ name: 'card', ...way, card: { state: 'looking' } });
  }

  function acceptCard(): Done {
    if (draft?.stage.name !== 'card' || draft.stage.card.state !== 'read') return wrongStep();
    const { stage } = draft;
    const { person } = draft.stage.card;
    const { by, untilMs } = person;
    if (untilMs !== null && untilMs <= clock.now()) {
      return enter({ ...stage, card: { state: 'code-refused', fault: fault('code.expired') } });
    }
    return startForm(stage, { source: by, person });
  }

  function typeIdentity(): Done {
    if (draft?.stage.name !== 'card') return wrongStep();
    if (savedDraftPage.isForDraft()) return err(fault('draft.needs-card'));
    return startForm(draft.stage, { source: 'typed', person: null });
  }

  function startForm(
    { consents, kept, keptPapers }: FormWay,
    { source, person }: Pick<KeptIdentity, 'source' | 'person'>,
  ): Done {
    if (!draft) return err(fault('visit.none'));
    const { item } = draft;
    const known = source === 'none' ? draft.kept : keptFor(draft.kept, person);
    if (known !== draft.kept) {
      draft.kept = known;
      draft.papers = createVisitPapers();
    }
    const read = person ? fittingCardAnswers(item, person.document, now()) : {};
    const form: FormStage = {
      name: 'form',
      consents,
      identity: source,
      fromCard: person ? new Set(Object.keys(read)) : NOTHING_READ,
      filled: new Set(),
      own: new Set(Object.keys(kept)),
      cardAddress: person?.document.address ?? null,
      person,
      answers: { ...kept, ...read },
      ...papersOnForm(keptPapers),
      position: { at: 'review' },
      isForDraft: savedDraftPage.isForDraft(),
    };
    const begun = withoutOwnSlips(item, filledOn(draft, form), now());
    const filled = filledOn(draft, begun);
    filled.position = firstPosition(walkedOf(draft, filled, now()));
    const saved = savedDraftPage.savedBefore(draft, filled, keptPapers);
    return saved ? enter({ name: 'resume', fresh: filled, saved }) : enterUnlessBlocked(filled, null);
  }

  function filledOn(of: Draft, form: FormStage): FormStage {
    // Whom nobody asks who he is, nothing he said elsewhere gives away.
    return form.identity === 'none' ? form : withEarlier(of.item, form, of.kept, now());
  }

  /** `putRight`: the form where its last answer was given; null: it was not one that was given on a page. */
  function enterUnlessBlocked(form: FormStage, putRight: FormStage | null): Done {
    if (!draft) return err(fault('visit.none'));
    const ruleIds = blockedBy(draft.item, form, now());
    if (ruleIds.length === 0) return enter(form);
    const ended = { form, ruleIds, putRight };
    // An item that its office has already is not dropped: it is corrected otherwise, or told why not.
    const loss = draft.chain && !draft.correction ? lossBy(draft.chain.form, ruleIds) : null;
    return loss ? enterWithout(draft, ended, loss) : enter({ name: 'blocked', ...ended });
  }

  /** What falls out of a chain takes its questions with it; what it has said stays for the others. */
  function enterWithout(of: Draft, ended: Ended, { form: rest, lost }: Loss): Done {
    if (!of.chain) return wrongStep();
    const { form } = ended;
    const from = { ...ended, chain: of.chain.form, kept: of.kept };
    const before = stopsOf(walkedOf(of, form, now()));
    const { answers } = settled(of.item, form, now());
    of.kept = keepAnswers(of.kept, of.item, form, answers);
    const left = carriedOver(of.chain.form, rest, form);
    of.chain.form = rest;
    of.item = rest.item;
    const next = filledOn(of, left);
    next.position = samePosition(before, form.position, walkedOf(of, next, now()));
    return enter({ name: 'lost', form: next, lost, from });
  }

  function answer(input: { pageId: string; value: AnswerValue | null; confirmedOdd: boolean }): Judgement {
    if (draft?.stage.name !== 'form') return wrongStep();
    const { item, stage: form } = draft;
    const page = currentPage(item, form, now());
    // A touch that arrives after the page has moved on must not answer the next question.
    if (page?.kind !== 'question' || page.pageId !== input.pageId) return wrongStep();
    const judged = judgeAnswer(item, form, page, input.value, {
      now: now(),
      confirmedOdd: input.confirmedOdd,
      addressOf: ports.addressOf,
    });
    stillHere();
    if (!judged.accepted) return ok({ problems: judged.problems });
    const answered = withOwnAnswer(form, page.field.id, judged.answers);
    const next = filledOn(
      draft,
      isPassed(item, form, page.field.id) ? withoutOwnSlips(item, answered, now()) : answered,
    );
    if (page.field.type === 'signature') signNow(draft, next);
    const putRight = { ...next, position: form.position };
    advance(draft, next);
    enterUnlessBlocked(next, putRight);
    return ok({ problems: [] });
  }

  /** Whoever went further back than to the answer that ended the form comes to it again, and is asked it anew. */
  function isPassed(item: ServiceItem, form: FormStage, answering: string): boolean {
    const ruleIds = blockedBy(item, form, now());
    return ruleIds.length > 0 && !slipsIn(item, form, ruleIds).includes(answering);
  }

  /** What stands in the form at this moment is what was signed; without strokes nobody has. */
  function signNow(of: Draft, form: FormStage): void {
    form.signatureTakenBack = false;
    form.signed = holdsSignature(form.answers)
      ? { sha256: hashNow(of, form), at: new Date(clock.now()).toISOString() }
      : null;
  }

  function papersOnForm(kept: KeptPapers | null): KeptPapers {
    const areAsked = config.camera !== null && !savedDraftPage.isForDraft();
    return kept
      ? { ...kept, papers: { ...kept.papers, areAsked } }
      : { papers: { areAsked, ways: new Map() }, signed: null, signatureTakenBack: false };
  }

  function onGroupPage(pageId: string) {
    if (draft?.stage.name !== 'form') return null;
    const page = currentPage(draft.item, draft.stage, now());
    return page?.kind === 'group' && page.pageId === pageId
      ? { item: draft.item, form: draft.stage, page }
      : null;
  }

  function addEntry(pageId: string): Done {
    const at = onGroupPage(pageId);
    const added = at && withNewEntry(at.page, at.form.answers);
    if (!added) return wrongStep();
    return enter({ ...at.form, ...added });
  }

  function removeEntry(pageId: string, index: number): Done {
    const at = onGroupPage(pageId);
    if (!at) return wrongStep();
    return enter({ ...at.form, answers: withoutEntry(at.page, at.form.answers, index) });
  }

  function finishGroup(pageId: string, confirmedOdd: boolean): Judgement {
    const at = onGroupPage(pageId);
    if (!at) return wrongStep();
    const problems = judgeGroup(at.page, at.form.answers, confirmedOdd);
    stillHere();
    if (problems.length > 0) return ok({ problems });
    moveOn(at.form);
    return ok({ problems: [] });
  }

  function change(pageId: string): Done {
    if (draft?.stage.name !== 'form' || draft.stage.position.at !== 'review') return wrongStep();
    const { stage: form } = draft;
    const before = form.position;
    form.position = { at: 'page', pageId, changing: true };
    if (!currentPage(draft.item, form, now())) {
      form.position = before;
      return wrongStep();
    }
    return enter(form);
  }

  function back(): Done {
    if (!draft) return err(fault('visit.none'));
    const { stage } = draft;
    switch (stage.name) {
      case 'consent':
        return canGoBack(draft) ? enter({ name: 'choosing' }) : wrongStep();
      case 'received':
      case 'drafted':
      case 'choosing':
        return wrongStep();
      case 'resume':
        return backFromDraft(stage.fresh);
      case 'card':
        return enter({ name: 'consent', given: stage.consents });
      case 'blocked':
        return backFromEnd(draft, stage);
      case 'lost':
        return backFromLoss(draft, stage);
      case 'form': {
        const dropped = withoutEmptyEntry(draft.item, stage, now());
        if (dropped) return enter({ ...stage, ...dropped });
        const before = positionBefore(walkedOf(draft, stage, now()));
        if (!before) return draft.correction ? wrongStep() : backToCard(stage);
        stage.position = before;
        return enter(stage);
      }
      default: {
        const never: never = stage;
        return never;
      }
    }
  }

  /** To where what ended it can be said, or shown, otherwise. */
  function backFromEnd(of: Draft, { form, ruleIds, putRight }: Ended): Done {
    if (putRight) return enter(putRight);
    if (of.correction) return enter(form);
    const slips = slipsIn(of.item, form, ruleIds);
    // What was said in an earlier item would be filled in again, and end it again.
    if (slips.some((id) => form.filled.has(id))) forgetEarlier(of);
    // Where it is the card that ends it, another one is waited for.
    return backToCard(slips.length > 0 ? form : { ...form, person: null });
  }

  /** With all that has fallen out of the chain. */
  function backFromLoss(of: Draft, { from }: Stage & { name: 'lost' }): Done {
    if (!of.chain) return wrongStep();
    of.chain.form = from.chain;
    of.item = from.chain.item;
    of.kept = from.kept;
    return backFromEnd(of, from);
  }

  function forgetEarlier(of: Draft): void {
    of.kept = { ...NOTHING_KEPT, hasReceived: of.kept.hasReceived };
    of.papers = createVisitPapers();
  }

  /** With the same card, the draft is offered once more. */
  function backFromDraft({ consents, person }: FormStage): Done {
    const card = person ? ({ state: 'read', person } as const) : ({ state: 'looking' } as const);
    return enter({ name: 'card', consents, card, kept: {}, keptPapers: null });
  }

  function backToCard(form: FormStage): Done {
    if (form.identity === 'none') return enter({ name: 'consent', given: form.consents, before: form });
    const card = form.person
      ? ({ state: 'read', person: form.person } as const)
      : ({ state: 'looking' } as const);
    const { papers, signed, signatureTakenBack } = form;
    const keptPapers = { papers, signed, signatureTakenBack };
    return enter({ name: 'card', consents: form.consents, card, kept: ownAnswers(form), keptPapers });
  }

  async function submit(): Promise<Done> {
    if (!draft) return err(fault('visit.none'));
    const { stage, item } = draft;
    if (stage.name === 'received') return ok(null);
    if (stage.name !== 'form') return wrongStep();
    // It may have been found wrong since this was begun. Before anything is judged: by it a signature would be stale, and an age another one.
    const noDate = ports.whyNoDate();
    if (noDate !== null) return err(noDate);
    if (stage.isForDraft && !savedDraftPage.isForDraft()) return goOnToSubmit(draft, stage);
    takeBackStaleSignature(draft, stage);
    // Back from the page that says so, the answer that ends it still stands. Nobody signs what cannot be received.
    if (blockedBy(item, stage, now()).length > 0) return enterUnlessBlocked(stage, askedAnew(draft, stage));
    const walked = walkedOf(draft, stage, now());
    const missing = (draft.correction && nextMarked(walked, draft.correction)) ?? firstMissing(walked);
    if (missing) {
      stage.position = missing;
      enter(stage);
      return err(fault('intake.incomplete'));
    }
    const judged = judgeForm(item, stage.answers, now());
    const given = new Set(stage.consents.map((entry) => entry.id));
    if (consentsToGive(item, judged.answers).some((entry) => entry.required && !given.has(entry.id))) {
      return err(fault('intake.consent-missing'));
    }
    if (!isReceivable(item, ports.line.state() === 'online')) return err(fault('item.not-offline'));
    const { applicationId } = draft;
    // A correction is of what was submitted before, and says nothing about a draft.
    const isFirst = draft.correction === undefined;
    const received = await handIn(draft, stage, judged.answers, ports.intake);
    if (!received.ok) return received;
    // Should this fail, the draft is found once more within its day, and nothing of it is submitted by itself.
    if (stage.person && isFirst)
      ports.savedDrafts.erase(stage.person.document.number, item.slug, 'submitted');
    // Who left in between is received all the same; the visit that stands here now may be somebody else's.
    // The stage that held the answers is dropped here: the sealed rows have them, and what the next item may use is kept.
    const current = draftOf(applicationId);
    if (current) {
      current.kept = keepAlso(current.kept, item, stage, judged.answers);
      enter({ name: 'received', received: received.value });
    }
    ports.onReceived();
    return ok(null);
  }

  /** The check page's form at the question whose answer ends it. */
  function askedAnew(of: Draft, form: FormStage): FormStage {
    const without = withoutOwnSlips(of.item, form, now());
    return { ...without, position: firstMissing(walkedOf(of, without, now())) ?? form.position };
  }

  /** The line came back while it was filled in without: photographs and signature are asked for now. */
  function goOnToSubmit(of: Draft, stage: FormStage): Done {
    const form = forSubmission(stage, config.camera !== null);
    form.position = firstMissing(walkedOf(of, form, now())) ?? { at: 'review' };
    return enter(form);
  }

  /** The draft of an application that is still being filled in. */
  function draftOf(applicationId: string): Draft | null {
    return draft?.applicationId === applicationId && draft.stage.name === 'form' ? draft : null;
  }

  function reprint(): Done {
    if (draft?.stage.name !== 'received') return wrongStep();
    const slipOf = draft.stage.received[0]?.applicationId ?? draft.applicationId;
    const latest = ports.printJobs.latest(slipOf);
    if (latest?.state.state === 'queued' || latest?.state.state === 'printing') return ok(null);
    stillHere();
    const added = ports.printJobs.addCopy(slipOf, { actor: 'resident' });
    if (!added.ok) return added;
    ports.onReprint();
    changed();
    return ok(null);
  }

  function settlePrint(cameOut: boolean): Done {
    if (draft?.stage.name !== 'received') return wrongStep();
    const slipOf = draft.stage.received[0]?.applicationId ?? draft.applicationId;
    const looked = ports.printJobs.settle(slipOf, cameOut);
    if (!looked.ok) return looked;
    return cameOut ? ok(null) : reprint();
  }

  function canGoBack(of: Draft): boolean {
    const { stage, correction, kept } = of;
    if (stage.name === 'received' || stage.name === 'drafted' || stage.name === 'choosing') return false;
    if (stage.name === 'consent') return kept.identity !== null;
    // Before the first page of a correction there is no card page: the card was shown to get there.
    return !correction || stage.name !== 'form' || positionBefore(walkedOf(of, stage, now())) !== null;
  }

  function takeUp(given: Draft): void {
    draft = given;
    stillHere();
    changed();
  }

  function end(reason: VisitEnd): Done {
    if (!draft) return ok(null);
    const stage = draft.stage.name;
    draft = null;
    cancelForgotten?.();
    cancelForgotten = null;
    changed();
    // Wiped first: a full disk may cost the audit row, never the wiping.
    return ports.onEnd(reason, stage);
  }

  return {
    changes,
    snapshot: () =>
      draft && {
        visitId: draft.visitId,
        revision,
        language: draft.language,
        item: itemSummary(itemShown(draft)),
        ...(draft.chain ? { chainId: draft.chain.form.chain.id } : {}),
        step: visitStep(draft, now(), ports),
        canGoBack: canGoBack(draft),
        hasReceived: draft.kept.hasReceived,
        hasReadCard: draft.hasReadCard,
      },
    poke,
    begin,
    beginChain,
    another,
    goOn,
    forWindow: () => draft && forWindow(draft, now()),
    takeUp,
    setLanguage: (language) => {
      if (!draft) return err(fault('visit.none'));
      draft.language = language;
      return enter(draft.stage);
    },
    consent,
    acceptCard,
    typeIdentity,
    answer,
    addEntry,
    removeEntry,
    finishGroup,
    change,
    back,
    submit,
    keepDraft: savedDraftPage.keepDraft,
    resumeDraft: savedDraftPage.resumeDraft,
    reprint,
    settlePrint,
    ...paperPage,
    touch: () => {
      if (draft) stillHere();
      return ok(null);
    },
    end,
  };
}

/** What a form begins with: nothing, or what was there before the way led back to the card. */
type FormWay = Pick<Stage & { name: 'card' }, 'consents' | 'kept' | 'keptPapers'>;

/** Why an application cannot be begun. */
const faultOf = {
  closed: 'item.closed',
  'needs-line': 'item.not-offline',
  'draft-only': 'item.not-offline',
  'guide-only': 'item.guide-only',
} as const satisfies Record<Exclude<Availability['as'], 'open'>, FaultCode>;

function wrongStep(): { readonly ok: false; readonly fault: Fault } {
  return err(fault('visit.wrong-step'));
}

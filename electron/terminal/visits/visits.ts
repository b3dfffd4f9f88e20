import { applicationContentSchema } from '#contract/application.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { judgeForm } from '#contract/form/complete.ts';
import { dayOf, localMinute, type LocalDate, type LocalMinute } from '#contract/form/local-date.ts';
import { NOTHING_READ } from '#contract/form/pages.ts';
import type { Availability } from '#contract/guide.ts';
import type { Language } from '#contract/localized.ts';
import { err, ok } from '#contract/result.ts';
import { holdsSignature } from '#contract/signed-statement.ts';
import type { AnswerValue } from '#contract/visit.ts';
import { isReceivable } from '../catalogue/availability.ts';
import { createChanges } from '../changes.ts';
import { createCardPage } from './card-page.ts';
import { nextMarked, wentThrough } from './correction.ts';
import type { Draft, FormStage, GivenConsent, KeptPapers, Stage } from './draft.ts';
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
import { createPaperPage, walkedOf } from './paper-page.ts';
import {
  hashToSign,
  keptPages,
  paperAttachments,
  paperRecords,
  signingOf,
  withoutStaleSignature,
} from './paper-moves.ts';
import { createVisitPapers } from './papers.ts';
import { consentsToGive, itemSummary } from './step-view.ts';
import { firstMissing, firstPosition, positionAfter, positionBefore } from './stops.ts';
import { visitStep } from './visit-step.ts';
import type { Done, Judgement, VisitEnd, Visits, VisitsPorts } from './visits-types.ts';

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
    const { applicationId, item } = of;
    const papers = { choices: form.papers, photos: of.papers };
    const keptAttachments = keptPages(item, answers, papers);
    return hashToSign({ applicationId, item, keptAttachments }, answers, papers);
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
    if (!ports.hasRoom()) return err(fault('store.full'));
    const availability = ports.availabilityOf(item.value);
    if (availability.as !== 'open') return err(fault(faultOf[availability.as]));
    draft = {
      visitId: ports.newUuid(),
      requestId: input.requestId,
      applicationId: ports.newId(),
      item: item.value,
      papers: createVisitPapers(),
      language: input.language,
      stage: { name: 'consent' },
      hasReadCard: false,
    };
    stillHere();
    changed();
    return ok(null);
  }

  function consent(consentIds: readonly string[]): Done {
    if (draft?.stage.name !== 'consent') return wrongStep();
    const missing = draft.item.consents.some(
      (entry) => entry.required && !entry.condition && !consentIds.includes(entry.id),
    );
    if (missing) return err(fault('intake.consent-missing'));
    const at = new Date(clock.now()).toISOString();
    const known = draft.item.consents.filter((entry) => consentIds.includes(entry.id));
    const consents = known.map((entry): GivenConsent => ({ id: entry.id, at }));
    return enter({ name: 'card', consents, card: { state: 'looking' }, kept: {}, keptPapers: null });
  }

  function acceptCard(): Done {
    if (draft?.stage.name !== 'card' || draft.stage.card.state !== 'read') return wrongStep();
    const { item, stage } = draft;
    const { person } = draft.stage.card;
    const { document, by, untilMs } = person;
    if (untilMs !== null && untilMs <= clock.now()) {
      return enter({ ...stage, card: { state: 'code-refused', fault: fault('code.expired') } });
    }
    const read = fittingCardAnswers(item, document, now());
    return startForm({
      name: 'form',
      consents: stage.consents,
      identity: by,
      fromCard: new Set(Object.keys(read)),
      cardAddress: document.address ?? null,
      person,
      answers: { ...stage.kept, ...read },
      ...papersOnForm(stage.keptPapers),
      position: { at: 'review' },
    });
  }

  function typeIdentity(): Done {
    if (draft?.stage.name !== 'card') return wrongStep();
    return startForm({
      name: 'form',
      consents: draft.stage.consents,
      identity: 'typed',
      fromCard: NOTHING_READ,
      cardAddress: null,
      person: null,
      answers: draft.stage.kept,
      ...papersOnForm(draft.stage.keptPapers),
      position: { at: 'review' },
    });
  }

  function startForm(form: FormStage): Done {
    if (!draft) return err(fault('visit.none'));
    const { item } = draft;
    const ruleIds = blockedBy(item, form, now());
    form.position = firstPosition(walkedOf(draft, form, now()));
    return enter(ruleIds.length > 0 ? { name: 'blocked', form, ruleIds } : form);
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
    });
    stillHere();
    if (!judged.accepted) return ok({ problems: judged.problems });
    form.answers = judged.answers;
    if (page.field.type === 'signature') signNow(draft, form);
    advance(draft, form);
    enter(judged.blockedBy.length > 0 ? { name: 'blocked', form, ruleIds: judged.blockedBy } : form);
    return ok({ problems: [] });
  }

  /** What stands in the form at this moment is what was signed; without strokes nobody has. */
  function signNow(of: Draft, form: FormStage): void {
    form.signatureTakenBack = false;
    form.signed = holdsSignature(form.answers)
      ? { sha256: hashNow(of, form), at: new Date(clock.now()).toISOString() }
      : null;
  }

  function papersOnForm(kept: KeptPapers | null): KeptPapers {
    return (
      kept ?? {
        papers: { areAsked: config.camera !== null, ways: new Map() },
        signed: null,
        signatureTakenBack: false,
      }
    );
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
      case 'received':
        return wrongStep();
      case 'card':
        return enter({ name: 'consent' });
      case 'blocked':
        return draft.correction ? enter(stage.form) : backToCard(stage.form);
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

  function backToCard(form: FormStage): Done {
    const card = form.person
      ? ({ state: 'read', person: form.person } as const)
      : ({ state: 'looking' } as const);
    const { papers, signed, signatureTakenBack } = form;
    const keptPapers = { papers, signed, signatureTakenBack };
    return enter({ name: 'card', consents: form.consents, card, kept: form.answers, keptPapers });
  }

  async function submit(): Promise<Done> {
    if (!draft) return err(fault('visit.none'));
    const { stage, item } = draft;
    if (stage.name === 'received') return ok(null);
    if (stage.name !== 'form') return wrongStep();
    takeBackStaleSignature(draft, stage);
    const walked = walkedOf(draft, stage, now());
    const missing = (draft.correction && nextMarked(walked, draft.correction)) ?? firstMissing(walked);
    if (missing) {
      stage.position = missing;
      enter(stage);
      return err(fault('intake.incomplete'));
    }
    // Back from the page that says so, the answer that ends it still stands.
    const ruleIds = blockedBy(item, stage, now());
    if (ruleIds.length > 0) return enter({ name: 'blocked', form: stage, ruleIds });
    const judged = judgeForm(item, stage.answers, now());
    const given = new Set(stage.consents.map((entry) => entry.id));
    if (consentsToGive(item, judged.answers).some((entry) => entry.required && !given.has(entry.id))) {
      return err(fault('intake.consent-missing'));
    }
    if (!isReceivable(item, ports.line.state() === 'online')) return err(fault('item.not-offline'));
    const content = applicationContentSchema.parse({
      answers: judged.answers,
      consents: stage.consents,
      identitySource: stage.identity,
    });
    const { applicationId, language, correction } = draft;
    const papers = { choices: stage.papers, photos: draft.papers };
    const received = await ports.intake.receive({
      applicationId,
      item,
      language,
      content,
      attachments: paperAttachments(item, judged.answers, papers),
      papers: paperRecords(item, judged.answers, papers),
      signing: signingOf(stage.signed),
      ...(correction
        ? {
            correction: {
              revision: correction.revision,
              receiptNo: correction.receiptNo,
              keptAttachments: keptPages(item, judged.answers, papers),
            },
          }
        : {}),
    });
    if (!received.ok) return received;
    // Who left in between is received all the same; the visit that stands here now may be somebody else's.
    // The stage that held the answers is dropped here: from now on only the sealed row has them.
    if (isStillOf(applicationId)) enter({ name: 'received', ...received.value });
    ports.onReceived();
    return ok(null);
  }

  function isStillOf(applicationId: string): boolean {
    return draft?.applicationId === applicationId;
  }

  function reprint(): Done {
    if (draft?.stage.name !== 'received') return wrongStep();
    const latest = ports.printJobs.latest(draft.applicationId);
    if (latest?.state.state === 'queued' || latest?.state.state === 'printing') return ok(null);
    stillHere();
    const added = ports.printJobs.addCopy(draft.applicationId);
    if (!added.ok) return added;
    ports.onReprint();
    changed();
    return ok(null);
  }

  function settlePrint(cameOut: boolean): Done {
    if (draft?.stage.name !== 'received') return wrongStep();
    const settled = ports.printJobs.settle(draft.applicationId, cameOut);
    if (!settled.ok) return settled;
    return cameOut ? ok(null) : reprint();
  }

  function canGoBack(of: Draft): boolean {
    const { stage, correction } = of;
    if (stage.name === 'consent' || stage.name === 'received') return false;
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
        item: itemSummary(draft.item),
        step: visitStep(draft, now(), ports),
        canGoBack: canGoBack(draft),
        hasReadCard: draft.hasReadCard,
      },
    poke,
    begin,
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

/** Why an application cannot be begun. */
const faultOf = {
  closed: 'item.closed',
  'needs-line': 'item.not-offline',
  'guide-only': 'item.guide-only',
} as const satisfies Record<Exclude<Availability['as'], 'open'>, FaultCode>;

function wrongStep(): { readonly ok: false; readonly fault: Fault } {
  return err(fault('visit.wrong-step'));
}

import { fault } from '#contract/fault.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import { err, ok } from '#contract/result.ts';
import { draftSlip } from '../saved-drafts/draft-slip.ts';
import type { SavedDraft } from '../saved-drafts/saved-drafts.ts';
import { answersToSave, isDraftOnly, resumedForm } from './draft-moves.ts';
import type { Draft, FormStage, KeptPapers, Stage } from './draft.ts';
import type { Done, VisitsPorts } from './visits-types.ts';

/** The verbs of what can be filled in and not submitted without the line. */
export interface SavedDraftVerbs {
  /** Faults: `draft.needs-card`; `visit.wrong-step`; `station.clock-wrong`, `store.full`, `store.failed`: then the form is as it was. */
  keepDraft(): Done;
  /** `take` false: it is erased for good, and the form begins anew. Faults: `visit.wrong-step`; those of the store. */
  resumeDraft(take: boolean): Done;
}

export interface SavedDraftPage extends SavedDraftVerbs {
  /** What is filled in now could be kept, and not submitted. */
  isForDraft(): boolean;
  /** A draft of this item and person; when the form is opened, and not each time that the way leads back to the card. */
  savedBefore(of: Draft, form: FormStage, keptPapers: KeptPapers | null): SavedDraft | null;
}

export interface SavedDraftPagePorts extends Pick<
  VisitsPorts,
  'config' | 'line' | 'whyNoDate' | 'savedDrafts' | 'printJobs' | 'onReprint' | 'onResumed'
> {
  readonly draft: () => Draft | null;
  readonly now: () => LocalMinute;
  readonly enter: (stage: Stage) => Done;
  /** Shows the form, or why it ends here. */
  readonly goOnWith: (form: FormStage) => Done;
  /** With what was said before in this visit. */
  readonly filledOn: (of: Draft, form: FormStage) => FormStage;
}

export function createSavedDraftPage(ports: SavedDraftPagePorts): SavedDraftPage {
  const { config, savedDrafts, printJobs } = ports;

  function keepDraft(): Done {
    const draft = ports.draft();
    if (draft?.stage.name === 'drafted') return ok(null);
    if (draft?.stage.name !== 'form' || !isDraftOnly(draft, false)) return wrongStep();
    const { item, language, stage: form } = draft;
    if (!form.person) return err(fault('draft.needs-card'));
    // It says until when it is kept.
    const noDate = ports.whyNoDate();
    if (noDate !== null) return err(noDate);
    const personNumber = form.person.document.number;
    const kept = savedDrafts.save({ personNumber, item, answers: answersToSave(form) });
    if (!kept.ok) return kept;
    const { station, timeZone } = config;
    const queued = printJobs.addLoose(
      draftSlip({ ...kept.value, station, language, itemName: item.name, timeZone }),
    );
    const { eraseAtMs } = kept.value;
    const entered = ports.enter({
      name: 'drafted',
      eraseAtMs,
      printJobId: queued.ok ? queued.value : null,
    });
    ports.onReprint();
    return entered;
  }

  function resumeDraft(take: boolean): Done {
    const draft = ports.draft();
    if (draft?.stage.name !== 'resume') return wrongStep();
    const { fresh, saved } = draft.stage;
    if (take) {
      ports.onResumed(draft.item.slug);
      return ports.goOnWith(ports.filledOn(draft, resumedForm(draft, fresh, saved, ports.now())));
    }
    const erased = fresh.person
      ? savedDrafts.erase(fresh.person.document.number, draft.item.slug, 'refused')
      : ok(null);
    return erased.ok ? ports.goOnWith(fresh) : erased;
  }

  return {
    keepDraft,
    resumeDraft,
    isForDraft: () => {
      const draft = ports.draft();
      return draft !== null && isDraftOnly(draft, ports.line.state() === 'online');
    },
    savedBefore: (of, { person }, keptPapers) =>
      of.chain || !person || keptPapers ? null : savedDrafts.find(person.document.number, of.item),
  };
}

function wrongStep(): Done {
  return err(fault('visit.wrong-step'));
}

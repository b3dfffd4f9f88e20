import { fault } from '#contract/fault.ts';
import { applicantOf } from '#contract/form/applicant.ts';
import { paperKey, waysOf } from '#contract/form/papers.ts';
import type { Material } from '#contract/item.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import type { PaperWay, PhotoDoubt } from '#contract/paper.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { Draft, FormStage } from './draft.ts';
import { papersOfPerson, type VisitPapers } from './papers.ts';
import { paperAt, type Walked } from './stops.ts';
import type { Done } from './visits-types.ts';

export interface AttachedPart {
  readonly paperId: string;
  readonly photoId: string;
  readonly part: number;
  readonly parts: number;
  /** Base64. */
  readonly data: string;
  readonly doubts: readonly PhotoDoubt[];
  readonly replaces: string | null;
}

/** The verbs of the page that asks for one paper, and of the check page's way back to it. */
export interface PaperPageVerbs {
  /** Faults: `visit.wrong-step`; those of VisitPapers.receive. */
  attach(part: AttachedPart): Done;
  /** In base64; null when there is no such page (any more). */
  photo(photoId: string): Result<string | null>;
  dropPage(photoId: string): Done;
  movePage(photoId: string, to: number): Done;
  choosePaper(paperId: string, way: PaperWay): Done;
  changePaper(paperId: string): Done;
}

export interface PaperPagePorts {
  readonly draft: () => Draft | null;
  readonly now: () => LocalMinute;
  /** Shows the form as it stands, and says that somebody is there. */
  readonly enter: (form: FormStage) => Done;
  /** The same, one stop further. */
  readonly moveOn: (form: FormStage) => Done;
  readonly stillHere: () => void;
}

interface OnPaperPage {
  readonly draft: Draft;
  readonly form: FormStage;
  readonly photos: VisitPapers;
  readonly material: Material;
  readonly key: string;
}

export function createPaperPage(ports: PaperPagePorts): PaperPageVerbs {
  function onPage(): OnPaperPage | null {
    const draft = ports.draft();
    if (draft?.stage.name !== 'form') return null;
    const walked = walkedOf(draft, draft.stage, ports.now());
    const material = paperAt(walked);
    return material && { draft, form: draft.stage, photos: walked.photos, material, key: paperKey(material) };
  }

  /** A touch that arrives after the page has moved on must not change another paper. */
  const onPageOf = (paperId: string): OnPaperPage | null => {
    const at = onPage();
    return at?.material.id === paperId ? at : null;
  };

  function holding(photoId: string): OnPaperPage | null {
    const at = onPage();
    return at?.photos.pagesOf(at.key).some((page) => page.photoId === photoId) ? at : null;
  }

  return {
    attach: ({ paperId, data, ...part }) => {
      const at = onPageOf(paperId);
      if (!at || !waysOf(at.material, at.form.papers.areAsked).includes('photo')) return wrongStep();
      const { applicationId } = at.draft;
      const received = at.photos.receive({
        ...part,
        key: at.key,
        applicationId,
        bytes: Buffer.from(data, 'base64'),
      });
      if (!received.ok) return received;
      if (received.value) return ports.enter(at.form);
      ports.stillHere();
      return ok(null);
    },
    photo: (photoId) => {
      const bytes = ports.draft()?.papers.photo(photoId)?.bytes;
      return ok(bytes === undefined ? null : Buffer.from(bytes).toString('base64'));
    },
    dropPage: (photoId) => {
      const at = holding(photoId);
      if (!at) return wrongStep();
      at.photos.drop(at.key, photoId);
      return ports.enter(at.form);
    },
    movePage: (photoId, to) => {
      const at = holding(photoId);
      if (!at) return wrongStep();
      at.photos.move(at.key, photoId, to);
      return ports.enter(at.form);
    },
    choosePaper: (paperId, way) => {
      const at = onPageOf(paperId);
      if (!at || !waysOf(at.material, at.form.papers.areAsked).includes(way)) return wrongStep();
      if (way === 'photo' && at.photos.pagesOf(at.key).length === 0) return wrongStep();
      const { papers } = at.form;
      return ports.moveOn({
        ...at.form,
        papers: { ...papers, ways: new Map([...papers.ways, [paperId, way]]) },
      });
    },
    changePaper: (paperId) => {
      const draft = ports.draft();
      if (draft?.stage.name !== 'form' || draft.stage.position.at !== 'review') return wrongStep();
      const form: FormStage = { ...draft.stage, position: { at: 'paper', paperId, changing: true } };
      return paperAt(walkedOf(draft, form, ports.now())) ? ports.enter(form) : wrongStep();
    },
  };
}

export function walkedOf(draft: Draft, form: FormStage, now: LocalMinute): Walked {
  return { item: draft.item, form, photos: papersFor(draft, form), now };
}

/** The photographs that count on this form: those of whom it is for. */
export function papersFor({ item, papers }: Pick<Draft, 'item' | 'papers'>, form: FormStage): VisitPapers {
  const { person, answers } = form;
  return papersOfPerson(papers, person?.document.number ?? applicantOf(item, answers).number);
}

function wrongStep(): Done {
  return err(fault('visit.wrong-step'));
}

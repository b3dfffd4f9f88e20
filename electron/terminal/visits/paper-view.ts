import { isPicture, papersConcerned, paperKey, waysOf } from '#contract/form/papers.ts';
import type { Material } from '#contract/item.ts';
import type { PaperPage, ReviewPaper } from '#contract/paper.ts';
import { settled } from './form-moves.ts';
import { pageCount, papersAsked, wayOf } from './paper-moves.ts';
import { indexOfPosition, stopsOf, type Walked } from './stops.ts';

/** What a screen is shown of papers: which pages there are, and not the pages. */

/** Where the walk stands: the check page is the last step. One that is not among the stops belongs to the check page. */
export function progressOf(walked: Walked): PaperPage['progress'] {
  const stops = stopsOf(walked);
  const index = indexOfPosition(stops, walked.form.position);
  return { step: (index < 0 ? stops.length : index) + 1, of: stops.length + 1 };
}

export function paperView(walked: Walked, material: Material, applicationId: string): PaperPage {
  const { item, form, photos, now } = walked;
  const { answers } = settled(item, form, now);
  const key = paperKey(material);
  const pages = photos.pagesOf(key);
  return {
    paperId: material.id,
    name: material.name,
    necessity: material.necessity,
    ways: waysOf(material, form.papers.areAsked),
    way: wayOf(item, answers, material, { choices: form.papers, photos }),
    photos: pages.map(({ photoId, doubts }) => ({ photoId, doubts: [...doubts] })),
    isReused: pages.some(({ takenFor }) => takenFor !== applicationId),
    isPicture: isPicture(material),
    canAdd: photos.canAdd(key),
    progress: progressOf(walked),
    changing: form.position.at !== 'review' && form.position.changing,
  };
}

export function reviewPapers({ item, form, photos, now }: Walked): ReviewPaper[] {
  const { answers } = settled(item, form, now);
  const asked = papersAsked(item, answers, form.papers);
  return papersConcerned(item, answers).map((material) => {
    const way = wayOf(item, answers, material, { choices: form.papers, photos });
    const pages = way === 'photo' ? photos.pagesOf(paperKey(material)) : [];
    const count = way === 'photo' ? pageCount(material, { choices: form.papers, photos }) : 0;
    return {
      paperId: material.id,
      name: material.name,
      necessity: material.necessity,
      // Photographs that are gone again leave a paper that nobody has decided about.
      way: way === 'photo' && count === 0 ? null : way,
      pages: count,
      isDoubtful: pages.some(({ doubts }) => doubts.length > 0),
      canChange:
        form.papers.areAsked && (asked.includes(material) || waysOf(material, true).includes('photo')),
    };
  });
}

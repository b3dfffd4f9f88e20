import type { VisitSnapshot } from '#contract/visit.ts';
import type { View } from './screen-store.ts';

/**
 * Whose the card on the reader is, as far as this screen can know:
 * - `own`: of the resident who stands here, whose card was read in this visit
 * - `others`: of somebody before
 * - `perhaps-own`: this resident is asked for a card, and has none that was read; it may be either
 */
export type CardOwner = 'own' | 'others' | 'perhaps-own';

export function ownerOfLeftCard(visit: VisitSnapshot | null, view: View): CardOwner {
  if (visit) {
    if (visit.hasReadCard) return 'own';
    return isAtReader(visit) ? 'perhaps-own' : 'others';
  }
  switch (view.name) {
    // Whoever has just ended a visit, or has a number by his card, still stands here.
    case 'goodbye':
    case 'number':
      return view.hasReadCard === true ? 'own' : 'others';
    case 'number-class':
    case 'check-in':
      return 'perhaps-own';
    default:
      return 'others';
  }
}

/** In the middle of a form the page needs its room: the alarm is one line there. */
export function isLoudOn(visit: VisitSnapshot | null): boolean {
  return !visit || ['card', 'received', 'drafted', 'progress'].includes(visit.step.kind);
}

/** The page asks for a card. */
function isAtReader({ step }: VisitSnapshot): boolean {
  return step.kind === 'card' || (step.kind === 'progress' && step.page.at === 'card');
}

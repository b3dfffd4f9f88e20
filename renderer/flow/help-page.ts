import type { HelpPage } from '#contract/choices.ts';
import type { VisitStep } from '#contract/visit.ts';
import type { View } from './screen-store.ts';

/** What staff are told of where somebody calls from: a kind of page, and never which item or answer it is about. */
export function helpPageOf(step: VisitStep | null, view: View): HelpPage {
  if (step === null || step.kind === 'choosing') return ofView(view);
  switch (step.kind) {
    case 'consent':
    case 'question':
    case 'paper':
    case 'review':
    case 'received':
    case 'progress':
      return step.kind;
    case 'card':
    case 'resume':
      return 'identity';
    case 'group':
      return 'question';
    case 'blocked':
    case 'lost':
      return 'review';
    case 'drafted':
      return 'received';
    default:
      return step satisfies never;
  }
}

function ofView({ name }: View): HelpPage {
  switch (name) {
    case 'home':
    case 'goodbye':
      return 'start';
    case 'find':
      return 'find';
    case 'guide':
    case 'chain':
    case 'choose-steps':
      return 'guide';
    case 'take-number':
    case 'number-class':
    case 'number':
    case 'come-back':
    case 'check-in':
      return 'queue';
    default:
      return name satisfies never;
  }
}

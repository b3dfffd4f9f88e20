import type { VisitSnapshot } from '#contract/visit.ts';
import type { View } from '../screen-store.ts';

/** What of the screen decides what is said. */
export interface Spoken {
  readonly panel: 'help' | 'modes' | 'leave' | null;
  readonly view: View;
  readonly visit: Pick<VisitSnapshot, 'step' | 'item'> | null;
}

/** The clips of a page, in the order in which they are said: what is asked, then how to answer. */
export function clipsOfPage({ panel, view, visit }: Spoken): string[] {
  if (panel !== null) return [`page.${panel}`];
  if (visit === null || visit.step.kind === 'choosing') {
    return view.name === 'guide' ? [`item.${view.slug}.name`, 'page.guide'] : [`page.${view.name}`];
  }
  const { step, item } = visit;
  if (step.kind === 'progress') return [`page.progress-${step.page.at}`];
  // Only who asks how a case goes is at no item.
  if (item === null) return [];
  switch (step.kind) {
    case 'question':
      return [fieldClip(item.slug, step.page.pageId), `page.question.${step.page.question.type}`];
    case 'group':
      return [fieldClip(item.slug, step.page.pageId), 'page.group'];
    case 'card':
      return [step.reader === 'read' ? 'page.card-read' : 'page.card'];
    case 'consent':
    case 'paper':
    case 'review':
    case 'blocked':
    case 'lost':
    case 'resume':
    case 'drafted':
    case 'received':
      return [`page.${step.kind}`];
    default: {
      const never: never = step;
      return never;
    }
  }
}

/**
 * The same clip for each person of a group: `children.0.childName` asks what `children.1.childName` asks; and in the
 * form of a chain the clip of the item, without the step that stands before the question's name.
 */
function fieldClip(slug: string, pageId: string): string {
  return `item.${slug}.field.${pageId.replace(/^s\d{1,2}x/, '').replace(/\.\d+\./, '.')}`;
}

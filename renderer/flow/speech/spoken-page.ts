import type { ProgressPage } from '#contract/progress.ts';
import type { VisitSnapshot } from '#contract/visit.ts';
import type { View } from '../screen-store.ts';

/** What of the screen decides what is said. */
export interface Spoken {
  readonly panel: 'help' | 'modes' | 'to-window' | 'leave' | null;
  readonly view: View;
  readonly visit: Pick<VisitSnapshot, 'step' | 'item'> | null;
}

/** The clips of a page, in the order in which they are said: what is asked, then how to answer. */
export function clipsOfPage({ panel, view, visit }: Spoken): string[] {
  if (panel !== null) return [`page.${panel}`];
  if (visit === null || visit.step.kind === 'choosing') {
    if (view.name === 'guide') return [`item.${view.slug}.name`, 'page.guide'];
    return 'id' in view ? [`chain.${view.id}.name`, `page.${view.name}`] : [`page.${view.name}`];
  }
  const { step, item } = visit;
  if (step.kind === 'progress') {
    const hasReply = step.page.at === 'case' && isAnswered(step.page);
    return [`page.progress-${step.page.at}`, ...(hasReply ? ['page.reply'] : [])];
  }
  // Only who asks how a case goes is at no item.
  if (item === null) return [];
  switch (step.kind) {
    case 'question':
      return [
        fieldClip(item.slug, step.page.pageId),
        ...correctionClip(step.page),
        `page.question.${step.page.question.type}`,
      ];
    case 'group':
      return [fieldClip(item.slug, step.page.pageId), ...correctionClip(step.page), 'page.group'];
    case 'paper':
      return [paperClip(item.slug, step.page.paperId), ...correctionClip(step.page), 'page.paper'];
    case 'card':
      return [step.reader === 'read' ? 'page.card-read' : 'page.card'];
    case 'blocked':
    case 'lost':
      return [`page.${step.kind}`, ...(step.canPutRight === true ? ['page.put-right'] : [])];
    case 'consent':
    case 'review':
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
  return `item.${slug}.field.${withoutStep(pageId).replace(/\.\d+\./, '.')}`;
}

function paperClip(slug: string, paperId: string): string {
  return `item.${slug}.paper.${withoutStep(paperId)}`;
}

function withoutStep(id: string): string {
  return id.replace(/^s\d{1,2}x/, '');
}

/** The reason itself is written by an officer: nobody has recorded it. */
function correctionClip({ correction }: { readonly correction?: unknown }): string[] {
  return correction === undefined ? [] : ['page.correction'];
}

function isAnswered({ entry }: Extract<ProgressPage, { at: 'case' }>): boolean {
  return entry.known === 'platform' && entry.case.afterwards?.interaction?.state === 'replied';
}

import { z } from 'zod';
import type { Session } from '../../officials/sessions.ts';
import type { Visit } from '../answer.ts';
import type { Values } from '../form.ts';
import { html, type Piece } from '../html.ts';
import { formToken, type Page } from '../layout.ts';

/** What was typed into a form that could not be taken at once, carried through the pages that come first. */
export interface Held {
  /** Where it goes on; empty: where one begins. */
  readonly next: string;
  /** JSON of pairs; empty: nothing was typed. */
  readonly held: string;
}

export const NOTHING_HELD: Held = { next: '', held: '' };

/** Of our own pages only: an address that leads elsewhere is no place to go on at. */
export const nextSchema = z
  .string()
  .regex(/^\/desk(?:[/?][\w\-./?=&%]*)?$/)
  .max(500)
  .catch('');

/** As it was sent. */
const pairsSchema = z.array(z.tuple([z.string().max(200), z.string()])).max(600);

/** What the request itself brings to the page that it wanted. */
export function holdOn({ path, values }: Pick<Visit, 'path' | 'values'>): Held {
  const typed = [...values].filter(([name]) => name !== 'formToken' && name !== 'step');
  return { next: nextSchema.parse(path), held: typed.length > 0 ? JSON.stringify(typed) : '' };
}

/** What a page on the way has carried. */
export function heldIn(values: Values): Held {
  return { next: nextSchema.parse(values.get('next') ?? ''), held: values.get('held') ?? '' };
}

export function heldFields({ next, held }: Held): Piece {
  return html`<input type="hidden" name="next" value="${next}" />${
      held !== '' && html`<input type="hidden" name="held" value="${held}" />`
    }`;
}

/** Nothing is done that has not been looked at again. Null: nothing is held. */
export function heldForm(
  { texts }: Pick<Visit, 'texts'>,
  session: Pick<Session, 'formToken'>,
  { next, held }: Held,
): Piece {
  const pairs = readPairs(held);
  if (pairs === null || next === '') return null;
  const hidden = pairs.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
  return html`<form method="post" action="${next}">
    ${formToken(session)}${hidden}<button class="main" name="step" value="edit">${texts.t('held.go')}</button>
  </form>`;
}

export function heldPage(
  visit: Pick<Visit, 'texts'>,
  session: Pick<Session, 'formToken'>,
  held: Held,
): Page | null {
  const form = heldForm(visit, session, held);
  const { t } = visit.texts;
  return form === null
    ? null
    : {
        title: t('held.title'),
        body: html`<p>${t('held.text')}</p>
          ${form}`,
      };
}

function readPairs(held: string): z.infer<typeof pairsSchema> | null {
  try {
    const parsed = pairsSchema.safeParse(JSON.parse(held));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

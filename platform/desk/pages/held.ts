import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { nodePrimitives } from '../../import/node-primitives.ts';
import { officialIdSchema } from '../../officials/accounts.ts';
import { writerOf, type Session } from '../../officials/sessions.ts';
import type { Visit } from '../answer.ts';
import type { Values } from '../form.ts';
import { html, type Piece } from '../html.ts';
import { formToken, type Page } from '../layout.ts';

/**
 * What was typed into a form that could not be taken at once, carried through the pages that come first. It stands there sealed, under a key of
 * this browser, with who wrote it: whoever signs in next at the same computer does not find it in the page, and is not given it.
 */
export interface Held {
  /** Where it goes on; empty: where one begins. */
  readonly next: string;
  /** Sealed; empty: nothing was typed. */
  readonly held: string;
}

export const NOTHING_HELD: Held = { next: '', held: '' };

/** Of our own pages only: an address that leads elsewhere is no place to go on at. */
export const nextSchema = z
  .string()
  .regex(/^\/desk(?:[/?][\w\-./?=&%]*)?$/)
  .max(500)
  .catch('');

const wordsSchema = z.object({
  writer: officialIdSchema,
  /** As it was sent. */
  pairs: z.array(z.tuple([z.string().max(200), z.string()])).max(600),
});
type Words = z.infer<typeof wordsSchema>;

const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const NOTHING = new Uint8Array();

/** Of the browser's own cookie, which every node is shown and outlasts its sessions: no node has to keep anything. */
function keyOf(browser: string): Uint8Array {
  return nodePrimitives.derive(Buffer.from(browser), NOTHING, 'yizhan desk held words', KEY_BYTES);
}

function seal(browser: string, words: Words): string {
  const nonce = randomBytes(NONCE_BYTES);
  const sealed = nodePrimitives.seal(keyOf(browser), nonce, NOTHING, Buffer.from(JSON.stringify(words)));
  return Buffer.concat([nonce, sealed]).toString('base64url');
}

/** Null: nothing is held, or nothing that this browser has brought here. */
function open(browser: string, held: string): Words | null {
  const bytes = Buffer.from(held, 'base64url');
  const [nonce, sealed] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES)];
  if (nonce.length < NONCE_BYTES) return null;
  const plain = nodePrimitives.open(keyOf(browser), nonce, NOTHING, sealed);
  return plain === null ? null : wordsSchema.parse(JSON.parse(nodePrimitives.fromUtf8(plain)));
}

/** What the request itself brings to the page that it wanted, for who wrote it. */
export function holdOn(
  { path, values, browser }: Pick<Visit, 'path' | 'values' | 'browser'>,
  writer: string,
): Held {
  const pairs = [...values].filter(([name]) => name !== 'formToken' && name !== 'step');
  return { next: nextSchema.parse(path), held: pairs.length > 0 ? seal(browser, { writer, pairs }) : '' };
}

/** Whether somebody else wrote it. */
export function isOthers({ browser }: Pick<Visit, 'browser'>, officialId: string, { held }: Held): boolean {
  const words = open(browser, held);
  return words !== null && words.writer !== officialId;
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

/** Nothing is done that has not been looked at again. Null: nothing is held for whose session it is. */
export function heldForm(
  { texts, browser }: Pick<Visit, 'texts' | 'browser'>,
  session: Pick<Session, 'formToken'>,
  { next, held }: Held,
): Piece {
  const words = open(browser, held);
  if (words === null || words.writer !== writerOf(session.formToken) || next === '') return null;
  const hidden = words.pairs.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`<form method="post" action="${next}">
    ${formToken(session)}${hidden}<button class="main" name="step" value="edit">${texts.t('held.go')}</button>
  </form>`;
}

export function heldPage(
  visit: Pick<Visit, 'texts' | 'browser'>,
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

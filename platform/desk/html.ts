import { createHash } from 'node:crypto';

/** What every page of the desk holds to: no script, no picture, no form, no frame; its own style is all that it may use. */
export function pagePolicy(style: string): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

/** HTML that is escaped already; everything else is text, and is escaped where it is put in. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Html | string | number | null | false | undefined | readonly Piece[];

/** html`<p title="${text}">${text}</p>`: attributes stand in double quotes, always. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(
    strings.map((string, index) => string + (index < pieces.length ? put(pieces[index]) : '')).join(''),
  );
}

function put(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(put).join('');
  return escapeHtml(String(piece));
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

/** A text of several lines, as it was typed. */
export function lines(text: string): Html {
  return html`<span class="words">${text}</span>`;
}

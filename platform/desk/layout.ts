import type { DeskLanguage, Session } from '../officials/sessions.ts';
import type { Role } from '../officials/roles.ts';
import { html, type Html, type Piece } from './html.ts';
import type { TextKey, Texts } from './texts/texts.ts';

/** No script, no frame, nothing from elsewhere. */
export const PAGES_CSP =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Parts of the desk, and whose they are; what each page asks for stands in routes.ts. */
const parts: readonly { readonly path: string; readonly name: TextKey; readonly for: readonly Role[] }[] = [
  { path: '/desk', name: 'nav.cases', for: ['clerk', 'supervisor'] },
  { path: '/desk/questions', name: 'nav.questions', for: ['clerk', 'supervisor'] },
  { path: '/desk/alerts', name: 'nav.alerts', for: ['supervisor'] },
  { path: '/desk/ledger', name: 'nav.ledger', for: ['supervisor'] },
  { path: '/desk/call-backs', name: 'nav.calls', for: ['supervisor'] },
  { path: '/desk/fleet', name: 'nav.fleet', for: ['supervisor'] },
  { path: '/desk/guides', name: 'nav.guides', for: ['clerk', 'supervisor'] },
  { path: '/desk/ratings', name: 'nav.ratings', for: ['clerk', 'supervisor'] },
  { path: '/desk/officials', name: 'nav.officials', for: ['administrator'] },
  { path: '/desk/audit', name: 'nav.audit', for: ['auditor'] },
  { path: '/desk/terminal-audit', name: 'nav.terminalAudit', for: ['auditor'] },
  { path: '/desk/account', name: 'nav.account', for: ['clerk', 'supervisor', 'auditor', 'administrator'] },
];

/** Where somebody of these roles begins. */
export function homeOf(roles: readonly Role[]): string {
  return parts.find((part) => part.for.some((role) => roles.includes(role)))?.path ?? '/desk/account';
}

export interface Page {
  readonly title: string;
  /** The part of the desk it belongs to. */
  readonly part?: string;
  /** The title begins with it when something has to be put right. */
  readonly hasProblems?: boolean;
  readonly body: Piece;
}

export function layout(
  page: Page,
  texts: Texts,
  {
    session,
    at,
    nowMs,
  }: {
    readonly session: Session | null;
    /** Its address, where it can be come back to in the other language; null: it cannot. */
    readonly at: string | null;
    readonly nowMs: number;
  },
): Html {
  const { t } = texts;
  const title = `${page.hasProblems === true ? t('problems.prefix') : ''}${page.title} · ${t('desk')}`;
  return html`<!doctype html>
    <html lang="${htmlLang(texts.language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/desk/desk.css" />
      </head>
      <body>
        <a class="skip" href="#main">${t('skip')}</a>
        <header class="top">
          <span class="name">${t('desk')}</span>
          ${session && html`<span class="who">${t('signedInAs', { name: session.official.shownName, unit: session.official.unitName })}</span>`}
          ${at !== null && languageSwitch(texts, session, at)}
          ${session && html`<form method="post" action="/desk/sign-out">${formToken(session)}<button>${t('signOut')}</button></form>`}
        </header>
        ${session && navigation(session, page.part, texts)}
        <main id="main" tabindex="-1">
          <h1>${page.title}</h1>
          ${page.body}
        </main>
        <footer>${t('shownUntil', { time: showTime(nowMs) })}</footer>
      </body>
    </html>`;
}

/** A language is called by its own name. */
function languageSwitch(texts: Texts, session: Session | null, at: string): Html {
  const other = texts.language === 'zh' ? 'en' : 'zh';
  const name = html`<span lang="${htmlLang(other)}">${texts.t('switchLanguage')}</span>`;
  if (session === null) {
    return html`<form method="get" action="/desk/sign-in">
      <input type="hidden" name="lang" value="${other}" /><button>${name}</button>
    </form>`;
  }
  return html`<form method="post" action="/desk/language">
    ${formToken(session)}<input type="hidden" name="language" value="${other}" /><input
      type="hidden"
      name="back"
      value="${at}"
    /><button>${name}</button>
  </form>`;
}

function navigation({ official }: Session, current: string | undefined, { t }: Texts): Html {
  const links = parts
    .filter((part) => part.for.some((role) => official.roles.includes(role)))
    .map(
      ({ path, name }) =>
        html`<a href="${path}" ${path === current && html` aria-current="page"`}>${t(name)}</a>`,
    );
  return html`<nav class="parts" aria-label="${t('navigation')}">${links}</nav>`;
}

/** Every form of a session carries it; another site cannot know it. */
export function formToken({ formToken: token }: Pick<Session, 'formToken'>): Html {
  return html`<input type="hidden" name="formToken" value="${token}" />`;
}

function htmlLang(language: DeskLanguage): string {
  return language === 'zh' ? 'zh-CN' : 'en';
}

const stationTime = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** `2026-11-22 09:05`, by China's clock. */
export function showTime(epochMs: number): string {
  return stationTime.format(new Date(epochMs));
}

export function timeElement(epochMs: number): Html {
  return html`<time datetime="${new Date(epochMs).toISOString()}">${showTime(epochMs)}</time>`;
}

/** Facts, one below the other. */
export function facts(rows: readonly (readonly [string, Piece])[]): Html {
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

export interface Column {
  readonly head: string;
  readonly class?: string;
}

/** A table that becomes a list of cards where it is narrow; its roles are said, since styles would take them away. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Piece[])[],
): Html {
  const head = columns.map((column) => html`<th scope="col" role="columnheader">${column.head}</th>`);
  const cell = (piece: Piece, index: number): Html => {
    const column = columns[index];
    const attributes = html` data-label="${column?.head ?? ''}"${column?.class !== undefined && html` class="${column.class}"`}`;
    return index === 0
      ? html`<th scope="row" role="rowheader" ${attributes}>${piece}</th>`
      : html`<td role="cell" ${attributes}>${piece}</td>`;
  };
  return html`<table class="cards" role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${head}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${row.map(cell)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A table, or one sentence where there is nothing in it. */
export function tableOr(
  empty: string,
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Piece[])[],
): Html {
  if (rows.length === 0) return html`<p>${empty}</p>`;
  return table(
    caption,
    heads.map((head) => ({ head })),
    rows,
  );
}

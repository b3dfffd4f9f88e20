import type { LocalizedText } from '#contract/localized.ts';
import type { CaseSummary } from '../cases/read-cases.ts';
import { groupReceiptNumber } from '#contract/receipt-number.ts';
import { escapeHtml, pagePolicy } from './html.ts';
import { deskTexts, statusTexts } from './texts.ts';

const STYLE = `
:root { color-scheme: light; font: 18px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; }
body { margin: 2rem; }
.frame { overflow-x: auto; }
table { border-collapse: collapse; min-width: 70rem; }
th, td { text-align: left; padding: .5rem .9rem; border-bottom: 1px solid #767676; vertical-align: top; }
td { font-variant-numeric: tabular-nums; }
[lang=en] { display: block; color: #4a4a4a; font-size: .85em; }
a { color: #0b4f9c; }
:focus-visible { outline: 3px solid #0b4f9c; outline-offset: 2px; }
`;

export const DESK_CSP = pagePolicy(STYLE);

/** The newest cases as a page without script; `itemName` finds what a slug is called. */
export function deskPage(
  cases: readonly CaseSummary[],
  itemName: (slug: string) => LocalizedText | undefined,
): string {
  const heads = ['caseNo', 'receiptNo', 'item', 'terminal', 'receivedAt', 'storedAt', 'status'] as const;
  const head = heads.map((key) => `<th scope="col">${both(deskTexts[key])}</th>`).join('');
  const rows = cases.map((row) => {
    const cells = [
      escapeHtml(groupReceiptNumber(row.receiptNo)),
      both(itemName(row.itemSlug) ?? { zh: row.itemSlug, en: row.itemSlug }),
      escapeHtml(row.terminalId),
      time(row.receivedAt),
      time(row.storedAt),
      both(statusTexts[row.status] ?? { zh: row.status, en: row.status }),
    ];
    return `<tr><th scope="row">${escapeHtml(row.caseNo)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const table = `<div class="frame" role="region" aria-labelledby="latest" tabindex="0"><table aria-labelledby="latest"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
  return page(
    `<h1>${both(deskTexts.title)}</h1><p id="latest">${both(deskTexts.latest)}</p><p><a href="/">${both(deskTexts.refresh)}</a> · <a href="/evaluation">${both(deskTexts.evaluation)}</a></p>${
      cases.length === 0 ? `<p>${both(deskTexts.none)}</p>` : table
    }`,
  );
}

/** One sentence for whoever has no token. */
export function closedPage(): string {
  return page(`<h1>${both(deskTexts.closed)}</h1>`);
}

function page(main: string): string {
  const title = `${deskTexts.title.zh} · ${deskTexts.title.en}`;
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${STYLE}</style></head><body><main>${main}</main></body></html>`;
}

function both(text: LocalizedText): string {
  return `${escapeHtml(text.zh)} <span lang="en">${escapeHtml(text.en)}</span>`;
}

const stationTime = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

function time(iso: string): string {
  return `<time datetime="${escapeHtml(iso)}">${escapeHtml(stationTime.format(new Date(iso)))}</time>`;
}

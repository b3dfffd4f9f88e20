import type { IncomingMessage, ServerResponse } from 'node:http';
import { html } from '../html.ts';
import { layout, PAGES_CSP } from '../layout.ts';
import { textsOf } from '../texts/texts.ts';

/**
 * Of a node that has too much in hand to look at who asks. So it is in both languages, that of the address first. What a form brought is not
 * here: the browser has it, and sends it again.
 */
export function sendBusyPage(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { nowMs, headers }: { readonly nowMs: number; readonly headers: Readonly<Record<string, string>> },
): void {
  const isEnglish = url.searchParams.get('lang') === 'en';
  const texts = textsOf(isEnglish ? 'en' : 'zh');
  const other = textsOf(isEnglish ? 'zh' : 'en');
  const says = request.method === 'POST' ? 'error.busy.send' : 'error.busy.look';
  const again =
    request.method !== 'POST' &&
    html`<p>
      <a href=""
        >${texts.t('error.again')}
        <span lang="${isEnglish ? 'zh-CN' : 'en'}">${other.t('error.again')}</span></a
      >
    </p>`;
  const body = html`<p>${texts.t(says)}</p>
    <p lang="${isEnglish ? 'zh-CN' : 'en'}">
      ${other.t('error.busy')}${isEnglish ? '。' : '. '}${other.t(says)}
    </p>
    ${again}`;
  const page = layout({ title: texts.t('error.busy'), body }, texts, { session: null, at: null, nowMs });
  response.writeHead(429, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page.text),
    'content-security-policy': PAGES_CSP,
    ...headers,
  });
  response.end(page.text);
}

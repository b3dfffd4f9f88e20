import { page, type Answer, type Visit } from '../answer.ts';
import { hiddenValues } from '../form.ts';
import { html, type Piece } from '../html.ts';
import { formToken, homeOf } from '../layout.ts';
import type { TextKey } from '../texts/texts.ts';

/** A page that says what is wrong, and where to go from there. */
export function errorPage(
  visit: Visit,
  status: number,
  says: { readonly title: TextKey; readonly text?: TextKey },
  more: Piece = null,
): Answer {
  const { t } = visit.texts;
  const home = visit.session === null ? '/desk/sign-in' : homeOf(visit.session.official.roles);
  return page(
    {
      title: t(says.title),
      body: html`${says.text !== undefined && html`<p>${t(says.text)}</p>`}${more}
        <p><a href="${home}">${t('error.home')}</a></p>`,
    },
    status,
  );
}

export function notFound(visit: Visit): Answer {
  return errorPage(visit, 404, { title: 'error.notFound', text: 'error.notFound.text' });
}

/** What was typed goes back to where it came from; `step` as `edit`: nothing is done that has not been looked at again. */
export function onceMore({ path, values, texts }: Visit, token: string, label: TextKey): Piece {
  return html`<form method="post" action="${path}">
    ${formToken({ formToken: token })}${hiddenValues(values, ['formToken', 'step'])}<button
      class="main"
      name="step"
      value="edit"
    >
      ${texts.t(label)}
    </button>
  </form>`;
}

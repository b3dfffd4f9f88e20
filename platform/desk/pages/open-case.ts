import { isInScope, scopeOf } from '../../cases/scope.ts';
import { deskActs } from '../acts/acts.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { readCaseView, type CaseView } from '../cases/case-view.ts';
import { html } from '../html.ts';
import { facts } from '../layout.ts';
import { writeDown } from '../write-down.ts';
import { errorPage, notFound } from './errors.ts';

/** The case of the address, for an official of its unit; else what is answered in its place. */
export async function openCase(visit: SignedInVisit): Promise<CaseView | { readonly refused: Answer }> {
  const { parts, nowMs, named, session } = visit;
  const caseNo = named['caseNo'] ?? '';
  if (!/^[A-Za-z0-9-]{1,50}$/.test(caseNo)) return { refused: notFound(visit) };
  const view = await readCaseView({ ...parts, nowMs }, caseNo);
  if (view === null) return { refused: notFound(visit) };
  const scope = scopeOf(parts.catalogue, session.official);
  if (await isInScope(parts.pool, scope, caseNo)) return view;
  // To whom it belonged by its item, or was handed or sent: that it went on is no secret, and where it lies is what one asks.
  const handedTo = view.events.flatMap(({ handedTo: unit }) => (unit === null ? [] : [unit.zh]));
  const wasHere =
    (scope.kind !== 'street' && scope.slugs.includes(view.submission.itemSlug)) ||
    [...handedTo, ...view.dispatches.map(({ unit }) => unit)].some((unit) => scope.names.includes(unit));
  const isHandedOn = wasHere && handedTo.length > 0;
  await writeDown(visit, 'desk.refused', { caseNo, disposition: isHandedOn ? 'handed-on' : 'other-unit' });
  return {
    refused: isHandedOn
      ? handedOn(visit, view)
      : errorPage(visit, 403, { title: 'error.otherUnit', text: 'error.otherUnit.text' }),
  };
}

function handedOn(visit: SignedInVisit, { caseNo, life, department }: CaseView): Answer {
  const { texts } = visit;
  const { t } = texts;
  const done = deskActs.find(({ id }) => id === visit.query.get('done'));
  return page(
    {
      title: t('case.handedOn', { unit: texts.of(life.unit) }),
      part: '/desk',
      body: html`${done && html`<p class="said" role="status">${t('case.done', { act: t(done.name) })}</p>`}${facts(
          [
            [t('act.case'), html`<span class="number">${caseNo}</span>`],
            [t('case.office'), texts.of(life.unit)],
            ...(department === null ? [] : [[t('case.department'), texts.of(department)] as const]),
          ],
        )}
        <p>${t('case.handedOn.text')}</p>
        <p><a class="button" href="/desk">${t('case.done.back')}</a></p>`,
    },
    403,
  );
}

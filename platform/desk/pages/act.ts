import { deskActs } from '../acts/acts.ts';
import type { DeskAct, Scene } from '../acts/act.ts';
import { page, verbContext, type Answer, type SignedInVisit } from '../answer.ts';
import { readVersion, versionText, type CaseView, type Version } from '../cases/case-view.ts';
import { hiddenValues, NO_PROBLEMS, problemSummary, type Problem } from '../form.ts';
import { html, lines, type Piece } from '../html.ts';
import type { Problem as Refusal } from '#contract/problem.ts';
import { problemOf } from '../../http/problem.ts';
import { facts, formToken, timeElement } from '../layout.ts';
import { writeDown } from '../write-down.ts';
import { baseFacts, history } from './case.ts';
import { notFound } from './errors.ts';
import { openCase } from './open-case.ts';

/** An act on a case: its form, the page that asks once more, and the act itself. */

export async function showAct(visit: SignedInVisit): Promise<Answer> {
  const opened = await openAct(visit);
  if ('refused' in opened) return opened.refused;
  const { act, scene } = opened;
  await writeDown(visit, 'case.opened', { caseNo: scene.view.caseNo, detail: { act: act.id } });
  return act.isOffered(scene.view)
    ? formPage(visit, act, scene, NO_PROBLEMS, 200)
    : gonePage(visit, act, scene);
}

export async function doAct(visit: SignedInVisit): Promise<Answer> {
  const opened = await openAct(visit);
  if ('refused' in opened) return opened.refused;
  const { act, scene } = opened;
  const { view, values } = scene;
  const seen = readVersion(values.get('version') ?? '');
  if (seen === null || versionText(seen) !== versionText(view.version)) {
    return stalePage(visit, act, scene, seen);
  }
  if (!act.isOffered(view)) return gonePage(visit, act, scene);
  if (values.get('step') === 'edit') return formPage(visit, act, scene, NO_PROBLEMS, 200);
  const read = act.read(scene);
  if (read.kind === 'wrong') return formPage(visit, act, scene, read.problems, 422);
  if (values.get('step') !== 'do') return checkPage(visit, act, scene, read.summary);
  return perform(visit, act, scene, read.perform);
}

interface Opened {
  readonly act: DeskAct;
  readonly scene: Scene;
}

async function openAct(visit: SignedInVisit): Promise<Opened | { readonly refused: Answer }> {
  const act = deskActs.find(({ id }) => id === visit.named['act']);
  if (!act) return { refused: notFound(visit) };
  const view = await openCase(visit);
  if ('refused' in view) return view;
  const { session, texts, values } = visit;
  const departments = [...visit.parts.catalogue.items.values()].map(({ item }) => item.department);
  const units = [...new Map(departments.map((unit) => [unit.zh, unit])).values()];
  return { act, scene: { view, official: session.official, units, texts, values } };
}

async function perform(
  visit: SignedInVisit,
  act: DeskAct,
  scene: Scene,
  run: Extract<ReturnType<DeskAct['read']>, { kind: 'ready' }>['perform'],
): Promise<Answer> {
  const { parts, texts } = visit;
  const { view } = scene;
  const { caseNo } = view;
  const detail = { act: act.id, version: versionText(view.version) };
  await writeDown(visit, 'act.asked', { caseNo, detail });
  try {
    await run(verbContext(parts));
  } catch (error) {
    const refusal = problemOf(error);
    if (refusal.status >= 500) throw error;
    await writeDown(visit, 'act.answered', { caseNo, disposition: refusal.code, detail });
    const ofFields = act.refused?.(scene, refusal) ?? null;
    if (ofFields !== null) return formPage(visit, act, scene, ofFields, refusal.status);
    const says = texts.t('act.refused', { reason: refusalWords(refusal, visit) });
    return formPage(visit, act, scene, [{ field: 'form', says }], 409);
  }
  await writeDown(visit, 'act.answered', { caseNo, detail });
  return { kind: 'go', to: `/desk/cases/${caseNo}?done=${act.id}` };
}

/** In our words, and the verb's own reason behind them where it gives one. */
function refusalWords(refusal: Refusal, { texts }: SignedInVisit): string {
  const known = texts.member('refusal', refusal.code);
  const says = known === refusal.code ? texts.t('refusal.other', { code: refusal.code }) : known;
  const { data } = refusal;
  const reason = typeof data === 'object' && data !== null && 'reason' in data ? data.reason : null;
  return typeof reason === 'string' ? `${says} ${reason}` : says;
}

function actForm({ session }: SignedInVisit, act: DeskAct, view: CaseView, inside: Piece): Piece {
  return html`<form method="post" action="/desk/cases/${view.caseNo}/acts/${act.id}">
    ${formToken(session)}<input type="hidden" name="version" value="${versionText(view.version)}" />${inside}
  </form>`;
}

/** An act without fields has nothing to be looked at twice: its form asks already. */
function formPage(
  visit: SignedInVisit,
  act: DeskAct,
  scene: Scene,
  problems: readonly Problem[],
  status: number,
): Answer {
  const { texts } = visit;
  const { t } = texts;
  const { view } = scene;
  const fields = act.fields(scene, problems);
  const name = t(act.name);
  const button =
    fields === null
      ? html`<button class="main" name="step" value="do">${t('act.check.do', { act: name })}</button>`
      : html`<button class="main" name="step" value="check">${t('act.continue')}</button>`;
  const back = html`<a class="button" href="/desk/cases/${view.caseNo}">${t('back')}</a>`;
  return page(
    {
      title: `${name} · ${view.caseNo}`,
      part: view.interaction === null ? '/desk' : '/desk/questions',
      hasProblems: problems.length > 0,
      body: html`${problemSummary(problems, texts)}
        <p id="f-form">${t(act.about)}</p>
        ${fields === null && baseFacts(view, texts)}${actForm(
          visit,
          act,
          view,
          html`${fields}
            <div class="row">${button}${back}</div>`,
        )}`,
    },
    status,
  );
}

const CARRIED = ['formToken', 'version', 'step'] as const;

function checkPage(
  visit: SignedInVisit,
  act: DeskAct,
  scene: Scene,
  summary: readonly (readonly [string, Piece])[],
): Answer {
  const { t, of } = visit.texts;
  const { view, values } = scene;
  const name = t(act.name);
  const { item, submission } = view;
  return page({
    title: t('act.check', { act: name }),
    part: view.interaction === null ? '/desk' : '/desk/questions',
    body: html`<p class="warn">${t('act.check.about')}</p>
      ${facts([
        [t('act.case'), html`<span class="number">${view.caseNo}</span>`],
        [t('case.item'), item ? of(item.name) : submission.itemSlug],
        ...summary,
      ])}${actForm(
        visit,
        act,
        view,
        html`${hiddenValues(values, CARRIED)}
          <div class="row">
            <button class="main" name="step" value="do">${t('act.check.do', { act: name })}</button
            ><button name="step" value="edit">${t('act.check.edit')}</button>
          </div>`,
      )}`,
  });
}

/** Somebody else has done something meanwhile: what, and everything that was typed goes on from here. */
function stalePage(visit: SignedInVisit, act: DeskAct, scene: Scene, seen: Version | null): Answer {
  const { texts } = visit;
  const { t } = texts;
  const { view, values } = scene;
  const events = view.events.filter(({ ordinal }) => ordinal > (seen?.ordinal ?? 0));
  const replies = view.said.replies.slice(seen?.replies ?? 0);
  const goOn = act.isOffered(view)
    ? actForm(
        visit,
        act,
        view,
        html`${hiddenValues(values, CARRIED)}
          <div class="row"><button class="main" name="step" value="edit">${t('act.stale.go')}</button></div>`,
      )
    : html`<p class="warn">
        <strong>${t('act.gone', { act: t(act.name) })}</strong><br />${t('act.gone.text')}
      </p>`;
  return page(
    {
      title: t('act.stale'),
      part: view.interaction === null ? '/desk' : '/desk/questions',
      body: html`<p>${t('act.stale.text')}</p>
        <h2>${t('act.stale.happened')}</h2>
        ${events.length > 0 && history(events, texts)}${replies.map(
          ({ reply }) =>
            html`<h3>
                ${t('case.reply.of', { unit: reply.unit, time: '' })}${timeElement(Date.parse(reply.repliedAt))}
              </h3>
              <p>${lines(reply.text)}</p>`,
        )}${goOn}${typed(scene)}
        <p><a href="/desk/cases/${view.caseNo}">${t('case.title', { no: view.caseNo })}</a></p>`,
    },
    409,
  );
}

function gonePage({ texts }: SignedInVisit, act: DeskAct, scene: Scene): Answer {
  const { t } = texts;
  const { view } = scene;
  const words = typed(scene);
  return page(
    {
      title: t('act.gone', { act: t(act.name) }),
      part: view.interaction === null ? '/desk' : '/desk/questions',
      body: html`${words !== null && html`<p>${t('act.gone.text')}</p>`}${baseFacts(view, texts)}${words}
        <p>
          <a class="button" href="/desk/cases/${view.caseNo}">${t('case.title', { no: view.caseNo })}</a>
        </p>`,
    },
    409,
  );
}

/** To be read, and copied from. */
function typed({ values, texts }: Scene): Piece {
  const words = [...values].filter(
    ([name, value]) => value.trim() !== '' && ![...CARRIED, 'replyId', 'targets'].includes(name),
  );
  if (words.length === 0) return null;
  return html`<h2>${texts.t('act.yourWords')}</h2>
    ${words.map(([, value]) => html`<p>${lines(value)}</p>`)}`;
}

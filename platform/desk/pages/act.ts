import { deskActs, isFor } from '../acts/acts.ts';
import type { DeskAct, Scene } from '../acts/act.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { readVersion, versionText, type CaseView, type Version } from '../cases/case-view.ts';
import { hiddenValues, NO_PROBLEMS } from '../form.ts';
import { html, lines } from '../html.ts';
import { timeElement } from '../layout.ts';
import { writeDown } from '../write-down.ts';
import { baseFacts, dispatched, history } from './case.ts';
import { notFound } from './errors.ts';
import { openCase } from './open-case.ts';
import { CARRIED, doTask, gonePage, refuseRole, taskForm, taskFrame, typed, type Task } from './task.ts';

/** An act on a case: its form, the page that asks once more, and the act itself. */

export async function showAct(visit: SignedInVisit): Promise<Answer> {
  const opened = await openAct(visit);
  if ('refused' in opened) return opened.refused;
  const { act, scene } = opened;
  const task = taskOf(act, scene);
  await writeDown(visit, 'case.opened', { caseNo: scene.view.caseNo, detail: { act: act.id } });
  return act.isOffered(scene.view) ? taskForm(visit, task, NO_PROBLEMS, 200) : gonePage(visit, task);
}

export async function doAct(visit: SignedInVisit): Promise<Answer> {
  const opened = await openAct(visit);
  if ('refused' in opened) return opened.refused;
  const { act, scene } = opened;
  const { view, values } = scene;
  const task = taskOf(act, scene);
  const seen = readVersion(values.get('version') ?? '');
  if (seen === null || versionText(seen) !== task.version) {
    return stalePage(visit, act, scene, seen);
  }
  return act.isOffered(view) ? doTask(visit, task) : gonePage(visit, task);
}

interface Opened {
  readonly act: DeskAct;
  readonly scene: Scene;
}

async function openAct(visit: SignedInVisit): Promise<Opened | { readonly refused: Answer }> {
  const act = deskActs.find(({ id }) => id === visit.named['act']);
  if (!act) return { refused: notFound(visit) };
  if (!isFor(act, visit.session.official)) return { refused: await refuseRole(visit, `act ${act.id}`) };
  const view = await openCase(visit);
  if ('refused' in view) return view;
  const { session, texts, values } = visit;
  const departments = [...visit.parts.catalogue.items.values()].map(({ item }) => item.department);
  const units = [...new Map(departments.map((unit) => [unit.zh, unit])).values()];
  return { act, scene: { view, official: session.official, units, texts, values } };
}

function partOf({ interaction }: CaseView): string {
  return interaction === null ? '/desk' : '/desk/questions';
}

function taskOf(act: DeskAct, scene: Scene): Task {
  const { view, texts } = scene;
  const { caseNo, item, submission } = view;
  const version = versionText(view.version);
  const back = `/desk/cases/${caseNo}`;
  return {
    name: texts.t(act.name),
    about: texts.t(act.about),
    subject: caseNo,
    address: `${back}/acts/${act.id}`,
    part: partOf(view),
    back,
    version,
    shown: baseFacts(view, texts),
    facts: [
      [texts.t('act.case'), html`<span class="number">${caseNo}</span>`],
      [texts.t('case.item'), item ? texts.of(item.name) : submission.itemSlug],
    ],
    audit: { caseNo, detail: { act: act.id, version } },
    done: `${back}?done=${act.id}`,
    fields: (problems) => act.fields(scene, problems),
    read: () => act.read(scene),
    refused: (refusal) => act.refused?.(scene, refusal) ?? null,
  };
}

/** Somebody else has done something meanwhile: what, and everything that was typed goes on from here. */
function stalePage(visit: SignedInVisit, act: DeskAct, scene: Scene, seen: Version | null): Answer {
  const { texts } = visit;
  const { t } = texts;
  const { view, values } = scene;
  const task = taskOf(act, scene);
  const events = view.events.filter(({ ordinal }) => ordinal > (seen?.ordinal ?? 0));
  const replies = view.said.replies.slice(seen?.replies ?? 0);
  const dispatches = view.dispatches.slice(seen?.dispatches ?? 0);
  const goOn = act.isOffered(view)
    ? taskFrame(
        visit,
        task,
        html`${hiddenValues(values, CARRIED)}
          <div class="row"><button class="main" name="step" value="edit">${t('act.stale.go')}</button></div>`,
      )
    : html`<p class="warn">
        <strong>${t('act.gone', { act: task.name })}</strong><br />${t('act.gone.text')}
      </p>`;
  return page(
    {
      title: t('act.stale'),
      part: task.part,
      body: html`<p>${t('act.stale.text')}</p>
        <h2>${t('act.stale.happened')}</h2>
        ${events.length > 0 && history(events, texts)}${
          dispatches.length > 0 &&
          html`<p>${texts.pair(t('case.dispatched'), dispatched(dispatches, texts))}</p>`
        }${replies.map(
          ({ reply }) =>
            html`<h3>
                ${t('case.reply.of', { unit: reply.unit, time: '' })}${timeElement(Date.parse(reply.repliedAt))}
              </h3>
              <p>${lines(reply.text)}</p>`,
        )}${goOn}${typed(values, texts)}
        <p><a href="${task.back}">${t('case.title', { no: view.caseNo })}</a></p>`,
    },
    409,
  );
}

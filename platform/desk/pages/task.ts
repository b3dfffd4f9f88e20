import type { Problem as Refusal } from '#contract/problem.ts';
import type { AuditDetail } from '../../audit/audit.ts';
import { problemOf } from '../../http/problem.ts';
import { describeError } from '../../log.ts';
import type { ReadAct } from '../acts/act.ts';
import { page, verbContext, type Answer, type SignedInVisit } from '../answer.ts';
import { hiddenValues, NO_PROBLEMS, problemSummary, type Problem, type Values } from '../form.ts';
import { html, lines, type Html, type Piece } from '../html.ts';
import { facts, formToken } from '../layout.ts';
import type { Texts } from '../texts/texts.ts';
import { writeDown } from '../write-down.ts';
import { errorPage } from './errors.ts';

/** Something that an official does by a form: its fields, the page that asks once more, and the deed. */
export interface Task {
  readonly name: string;
  /** What comes of it. */
  readonly about: string;
  /** Whose it is, by its number. */
  readonly subject: string;
  /** The address of its form. */
  readonly address: string;
  /** Of the desk, for the navigation. */
  readonly part: string;
  /** The page that it was begun from. */
  readonly back: string;
  /** What of it had been seen when the form was made. */
  readonly version: string;
  /** Where nothing is asked, this is what is looked at before it is done. */
  readonly shown: Piece;
  /** Above what was typed, on the page that asks once more. */
  readonly facts: readonly (readonly [string, Piece])[];
  /** In the audit's rows. */
  readonly audit: { readonly caseNo?: string; readonly detail: AuditDetail };
  /** Where one goes when it is done. */
  readonly done: string;
  /** Null: there is nothing to fill in, and nothing to look at twice: its form asks already. */
  fields(problems: readonly Problem[]): Piece;
  read(): ReadAct;
  /** What the verb's refusal says of the fields; null: only that it was refused. */
  refused(refusal: Refusal): readonly Problem[] | null;
}

/** One press of a button of the form, or of the page that asks once more. What may not be done now was refused before. */
export async function doTask(visit: SignedInVisit, task: Task): Promise<Answer> {
  const step = visit.values.get('step');
  if (step === 'edit') return taskForm(visit, task, NO_PROBLEMS, 200);
  const read = task.read();
  if (read.kind === 'wrong') return taskForm(visit, task, read.problems, 422);
  return step === 'do' ? perform(visit, task, read.perform) : checkPage(visit, task, read.summary);
}

async function perform(
  visit: SignedInVisit,
  task: Task,
  run: Extract<ReadAct, { kind: 'ready' }>['perform'],
): Promise<Answer> {
  const { parts, texts } = visit;
  await writeDown(visit, 'act.asked', task.audit);
  try {
    await run(verbContext(parts));
  } catch (error) {
    const refusal = problemOf(error);
    if (refusal.status >= 500) throw error;
    await writeDown(visit, 'act.answered', { ...task.audit, disposition: refusal.code });
    const ofFields = task.refused(refusal);
    if (ofFields !== null) return taskForm(visit, task, ofFields, refusal.status);
    const says = texts.t('act.refused', { reason: refusalWords(refusal, texts) });
    return taskForm(visit, task, [{ field: 'form', says }], 409);
  }
  try {
    await writeDown(visit, 'act.answered', task.audit);
  } catch (error) {
    // It is done, and that it was asked for is written down: to say that it failed would have it done twice.
    parts.log({ event: 'desk.answer-not-written', ...describeError(error) });
    return doneAllTheSame(visit, task);
  }
  return { kind: 'go', to: task.done };
}

function doneAllTheSame({ texts }: SignedInVisit, { name, part, back, subject }: Task): Answer {
  const { t } = texts;
  return page({
    title: t('act.done', { act: name }),
    part,
    body: html`<p class="warn" role="status">${t('act.done.unwritten')}</p>
      <p><a class="button" href="${back}">${subject}</a></p>`,
  });
}

/** In our words, and the verb's own reason behind them where it gives one. */
function refusalWords({ code, data }: Refusal, texts: Texts): string {
  const known = texts.member('refusal', code);
  const says = known === code ? texts.t('refusal.other', { code }) : known;
  const reason = typeof data === 'object' && data !== null && 'reason' in data ? data.reason : null;
  return typeof reason === 'string' ? `${says} ${reason}` : says;
}

/** With what else is needed to send it again. */
export function taskFrame(
  { session }: SignedInVisit,
  task: Pick<Task, 'address' | 'version'>,
  inside: Piece,
): Html {
  return html`<form method="post" action="${task.address}">
    ${formToken(session)}<input type="hidden" name="version" value="${task.version}" />${inside}
  </form>`;
}

export function taskForm(
  visit: SignedInVisit,
  task: Task,
  problems: readonly Problem[],
  status: number,
): Answer {
  const { texts } = visit;
  const { t } = texts;
  const { name, subject, part, back } = task;
  const fields = task.fields(problems);
  const button =
    fields === null
      ? html`<button class="main" name="step" value="do">${t('act.check.do', { act: name })}</button>`
      : html`<button class="main" name="step" value="check">${t('act.continue')}</button>`;
  return page(
    {
      title: `${name} · ${subject}`,
      part,
      hasProblems: problems.length > 0,
      body: html`${problemSummary(problems, texts)}
        <p id="f-form">${task.about}</p>
        ${fields === null && task.shown}${taskFrame(
          visit,
          task,
          html`${fields}
            <div class="row">${button}<a class="button" href="${back}">${t('back')}</a></div>`,
        )}`,
    },
    status,
  );
}

/** What a form carries that nobody typed. */
export const CARRIED = ['formToken', 'version', 'step'] as const;

function checkPage(visit: SignedInVisit, task: Task, summary: readonly (readonly [string, Piece])[]): Answer {
  const { t } = visit.texts;
  const { name, part } = task;
  return page({
    title: t('act.check', { act: name }),
    part,
    body: html`<p class="warn">${t('act.check.about')}</p>
      ${facts([...task.facts, ...summary])}${taskFrame(
        visit,
        task,
        html`${hiddenValues(visit.values, CARRIED)}
          <div class="row">
            <button class="main" name="step" value="do">${t('act.check.do', { act: name })}</button
            ><button name="step" value="edit">${t('act.check.edit')}</button>
          </div>`,
      )}`,
  });
}

/** It is not possible any more: what is so instead, and what was typed. */
export function gonePage(
  visit: SignedInVisit,
  { name, part, shown, back, subject }: Pick<Task, 'name' | 'part' | 'shown' | 'back' | 'subject'>,
): Answer {
  const { texts, values } = visit;
  const { t } = texts;
  const words = typed(values, texts);
  return page(
    {
      title: t('act.gone', { act: name }),
      part,
      body: html`${words !== null && html`<p>${t('act.gone.text')}</p>`}${shown}${words}
        <p><a class="button" href="${back}">${subject}</a></p>`,
    },
    409,
  );
}

/** To be read, and copied from. */
export function typed(values: Values, { t }: Texts): Piece {
  const words = [...values].filter(
    ([name, value]) =>
      value.trim() !== '' && ![...CARRIED, 'replyId', 'dispatchId', 'targets'].includes(name),
  );
  if (words.length === 0) return null;
  return html`<h2>${t('act.yourWords')}</h2>
    ${words.map(([, value]) => html`<p>${lines(value)}</p>`)}`;
}

/** A page or an act of other roles; that somebody tried is in the audit. */
export async function refuseRole(visit: SignedInVisit, what: string): Promise<Answer> {
  await writeDown(visit, 'desk.refused', { disposition: 'role', detail: { page: what } });
  return errorPage(visit, 403, { title: 'error.forbidden', text: 'error.forbidden.text' });
}

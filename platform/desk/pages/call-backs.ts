import { call } from '@orpc/server';
import { callBackNoSchema, callSchema, MOST_LISTED, type CallBack } from '#contract/rating-ledger.ts';
import { scopeOf } from '../../cases/scope.ts';
import { findCallBack, listCallBacks } from '../../ratings/call-backs.ts';
import { ledgerFilters } from '../../ratings/ledger.ts';
import { noteACall } from '../../verbs/note-call.ts';
import type { ReadAct } from '../acts/act.ts';
import { ownWords, ownWordsField } from '../acts/words.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { choiceField, NO_PROBLEMS, type Problem } from '../form.ts';
import { html, lines, type Html, type Piece } from '../html.ts';
import { facts, table, tableOr, timeElement } from '../layout.ts';
import type { Texts } from '../texts/texts.ts';
import { writeDown } from '../write-down.ts';
import { notFound } from './errors.ts';
import { choose, filterForm } from './filter.ts';
import { dueDay } from './ledger.ts';
import { doTask, gonePage, taskForm, type Task } from './task.ts';

/** 回访: who rated badly, or sent a reply back, is called; what was said is noted, and closes it. */

const PART = '/desk/call-backs';
const MOST_SAID = 500;

export async function showCallBacks(visit: SignedInVisit): Promise<Answer> {
  const { parts, session, texts, query, nowMs } = visit;
  const { t } = texts;
  const which = choose(ledgerFilters, query.get('which'));
  await writeDown(visit, 'call-backs.opened', { detail: { which } });
  const scope = scopeOf(parts.catalogue, session.official);
  const found = await listCallBacks(parts.pool, { which, limit: MOST_LISTED, scope }, nowMs);
  return page({
    title: t('calls.title'),
    part: PART,
    body: html`<p>${t('calls.about')}</p>
      ${filterForm(texts, { action: PART, name: 'which', label: t('list.view'), family: 'which', values: ledgerFilters, value: which })}
      ${tableOr(
        t('calls.empty'),
        t('calls.title'),
        [
          t('calls.no'),
          t('list.due'),
          t('calls.because'),
          t('list.caseNo'),
          t('calls.tries'),
          t('list.state'),
        ],
        found.map((one): Piece[] => [
          html`<a class="number" href="${PART}/${one.callBackNo}">${one.callBackNo}</a>`,
          dueDay(one, texts),
          texts.member('because', one.because),
          html`<span class="number">${one.caseNo}</span>`,
          one.calls.length,
          outcomeWords(one, texts),
        ]),
      )}`,
  });
}

function outcomeWords({ outcome }: CallBack, texts: Texts): string {
  return texts.member('callOutcome', outcome ?? 'open');
}

async function openCallBack(visit: SignedInVisit): Promise<CallBack | null> {
  const callBackNo = callBackNoSchema.safeParse(visit.named['callBackNo']);
  if (!callBackNo.success) return null;
  const scope = scopeOf(visit.parts.catalogue, visit.session.official);
  return findCallBack(visit.parts.pool, callBackNo.data, scope, visit.nowMs);
}

export async function showCallBack(visit: SignedInVisit): Promise<Answer> {
  const found = await openCallBack(visit);
  if (found === null) return notFound(visit);
  const { texts, query } = visit;
  const { t } = texts;
  await writeDown(visit, 'call-backs.opened', { caseNo: found.caseNo, detail: { call: found.callBackNo } });
  return page({
    title: t('calls.one', { no: found.callBackNo }),
    part: PART,
    body: html`${query.get('done') === 'call' && html`<p class="said"><span role="status">${t('case.done', { act: t('calls.note') })}</span> <a href="${PART}">${t('calls.back')}</a></p>`}
      <section class="acts" aria-labelledby="acts">
        <h2 id="acts">${t('case.acts')}</h2>
        ${
          found.outcome === null
            ? html`<div class="row">
                <a class="button main" href="${PART}/${found.callBackNo}/call">${t('calls.note')}</a>
              </div>`
            : html`<p>${t('case.acts.none')}</p>`
        }
      </section>
      <h2>${t('calls.what')}</h2>
      ${known(found, texts)}`,
  });
}

/** The number to call stands in the case, and every look at it in the audit. */
function known(found: CallBack, texts: Texts): Html {
  const { t } = texts;
  return html`${facts([
    [t('list.caseNo'), html`<a class="number" href="/desk/cases/${found.caseNo}">${found.caseNo}</a>`],
    [t('calls.because'), texts.member('because', found.because)],
    [t('list.due'), dueDay(found, texts)],
    [t('list.state'), html`<strong>${outcomeWords(found, texts)}</strong>`],
  ])}${
    found.calls.length > 0 &&
    table(
      t('calls.tries'),
      [{ head: t('case.history.when') }, { head: t('calls.reached') }, { head: t('calls.said') }],
      found.calls.map(({ at, wasReached, said }): Piece[] => [
        timeElement(Date.parse(at)),
        texts.member('reached', wasReached ? 'yes' : 'no'),
        said === null ? '' : lines(said),
      ]),
    )
  }`;
}

const answers = ['yes', 'no'] as const;

export async function showCall(visit: SignedInVisit): Promise<Answer> {
  const found = await openCallBack(visit);
  if (found === null) return notFound(visit);
  const task = taskOf(visit, found);
  await writeDown(visit, 'call-backs.opened', task.audit);
  return found.outcome === null ? taskForm(visit, task, NO_PROBLEMS, 200) : gonePage(visit, task);
}

/** Of two who called the same resident the second sees what the first has noted, and loses no word. */
export async function doCall(visit: SignedInVisit): Promise<Answer> {
  const found = await openCallBack(visit);
  if (found === null) return notFound(visit);
  const task = taskOf(visit, found);
  if (found.outcome !== null) return gonePage(visit, task);
  if (visit.values.get('version') !== task.version) {
    const says = visit.texts.t('calls.meanwhile', { n: found.calls.length });
    return taskForm(visit, task, [{ field: 'form', says }], 409);
  }
  return doTask(visit, task);
}

function taskOf(visit: SignedInVisit, found: CallBack): Task {
  const { texts, values } = visit;
  const { t } = texts;
  const { callBackNo, caseNo, calls } = found;
  const back = `${PART}/${callBackNo}`;
  return {
    name: t('calls.note'),
    about: t('calls.note.about'),
    subject: callBackNo,
    address: `${back}/call`,
    part: PART,
    back,
    version: String(calls.length),
    shown: known(found, texts),
    facts: [[t('list.caseNo'), html`<span class="number">${caseNo}</span>`]],
    audit: { caseNo, detail: { act: 'call', call: callBackNo } },
    done: `${back}?done=call`,
    fields: (problems) =>
      html`${known(found, texts)}${choiceField({
        type: 'radio',
        name: 'reached',
        label: t('calls.reached'),
        values: values.getAll('reached'),
        options: answers.map((value) => ({ value, label: texts.member('reached', value) })),
        problems,
      })}${ownWordsField('said', 'calls.said', visit, problems)}`,
    read: () => readCall(visit, found),
    refused: ({ code }) =>
      code === 'CALL_BACK_OVER'
        ? [{ field: 'form', says: t('calls.meanwhile', { n: calls.length + 1 }) }]
        : null,
  };
}

function readCall({ texts, values }: SignedInVisit, { callBackNo, calls }: CallBack): ReadAct {
  const { t } = texts;
  const reached = answers.find((one) => one === values.get('reached'));
  const typed = values.get('said') ?? '';
  const of =
    reached === 'yes'
      ? ownWords('said', typed, MOST_SAID, t('calls.said'), texts)
      : { words: '', problems: [] };
  const problems: readonly Problem[] = [
    ...(reached === undefined
      ? [{ field: 'reached', says: t('field.choose', { label: t('calls.reached') }) }]
      : []),
    // Of nobody nothing is noted: who has words for it has chosen the wrong answer.
    ...(reached === 'no' && typed.trim() !== '' ? [{ field: 'said', says: t('calls.said.none') }] : []),
    ...of.problems,
  ];
  const wanted = callSchema.safeParse(
    reached === 'yes' ? { wasReached: true, said: of.words } : { wasReached: false },
  );
  if (problems.length > 0 || reached === undefined || !wanted.success) return { kind: 'wrong', problems };
  return {
    kind: 'ready',
    summary: [
      [t('calls.reached'), texts.member('reached', reached)],
      ...(reached === 'yes' ? [[t('calls.said'), lines(of.words)] as const] : []),
    ],
    perform: (context) =>
      call(
        noteACall,
        { callBackNo, call: wanted.data },
        { context: { ...context, callOrdinal: calls.length + 1 } },
      ),
  };
}

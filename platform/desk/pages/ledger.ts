import { call } from '@orpc/server';
import { ledgerNoSchema, MOST_LISTED, type LedgerEntry } from '#contract/rating-ledger.ts';
import { scopeOf } from '../../cases/scope.ts';
import { findEntry, ledgerFilters, listLedger, type LedgerParts } from '../../ratings/ledger.ts';
import { showLedgerCase } from '../../verbs/show-ledger-case.ts';
import { ledgerSteps, type LedgerStep } from '../acts/ledger-steps.ts';
import { page, verbContext, type Answer, type SignedInVisit } from '../answer.ts';
import { NO_PROBLEMS } from '../form.ts';
import { html, lines, type Html, type Piece } from '../html.ts';
import { facts, formToken, table, tableOr, timeElement } from '../layout.ts';
import type { Texts } from '../texts/texts.ts';
import { writeDown } from '../write-down.ts';
import { notFound } from './errors.ts';
import { choose, filterForm } from './filter.ts';
import { doTask, gonePage, taskForm, type Task } from './task.ts';

/** 差评台账: what became of each bad rating of the unit. It names no case; whoever has to look at it asks, and that stands in the entry. */

const PART = '/desk/ledger';

function partsOf({ parts: { pool, catalogue }, nowMs }: SignedInVisit): LedgerParts {
  return { pool, catalogue, nowMs };
}

export async function showLedger(visit: SignedInVisit): Promise<Answer> {
  const { parts, session, texts, query } = visit;
  const { t } = texts;
  const which = choose(ledgerFilters, query.get('which'));
  await writeDown(visit, 'ledger.opened', { detail: { which } });
  const scope = scopeOf(parts.catalogue, session.official);
  const entries = await listLedger(partsOf(visit), { which, limit: MOST_LISTED, scope });
  return page({
    title: t('ledger.title'),
    part: PART,
    body: html`<p>${t('ledger.about')}</p>
      ${filterForm(texts, { action: PART, name: 'which', label: t('list.view'), family: 'which', values: ledgerFilters, value: which })}
      ${tableOr(
        t('ledger.empty'),
        t('ledger.title'),
        [
          t('ledger.entryNo'),
          t('list.due'),
          t('list.state'),
          t('list.item'),
          t('ratings.level'),
          t('ledger.callBack'),
        ],
        entries.map((entry): Piece[] => [
          html`<a class="number" href="${PART}/${entry.entryNo}">${entry.entryNo}</a>`,
          dueDay(entry, texts),
          texts.member('ledgerState', entry.state),
          itemName(entry, visit),
          texts.member('level', entry.level),
          texts.member('callBack', entry.callBack),
        ]),
      )}`,
  });
}

/** By which day, and in words that it is over. */
export function dueDay(
  { dueOn, isOverdue }: { readonly dueOn: string; readonly isOverdue: boolean },
  { t }: Texts,
): Html {
  return isOverdue
    ? html`<span class="overdue">${t('due.overdueToday')}</span> <span class="by">${dueOn}</span>`
    : html`${dueOn}`;
}

function itemName({ itemSlug }: LedgerEntry, { parts, texts }: SignedInVisit): string {
  const item = parts.catalogue.items.get(itemSlug)?.item;
  return item ? texts.of(item.name) : itemSlug;
}

/** The entry of the address, of the official's own scope. */
async function openEntry(visit: SignedInVisit): Promise<LedgerEntry | null> {
  const entryNo = ledgerNoSchema.safeParse(visit.named['entryNo']);
  if (!entryNo.success) return null;
  const scope = scopeOf(visit.parts.catalogue, visit.session.official);
  return findEntry(partsOf(visit), entryNo.data, scope);
}

export async function showEntry(visit: SignedInVisit): Promise<Answer> {
  const entry = await openEntry(visit);
  if (entry === null) return notFound(visit);
  await writeDown(visit, 'ledger.opened', { detail: { entry: entry.entryNo } });
  const { texts, session, query } = visit;
  const { t } = texts;
  const done = ledgerSteps.find(({ id }) => id === query.get('done'));
  const possible = ledgerSteps.filter(({ from }) => from === entry.state);
  const address = `${PART}/${entry.entryNo}`;
  return page({
    title: t('ledger.entry', { no: entry.entryNo }),
    part: PART,
    body: html`${done && html`<p class="said"><span role="status">${t('case.done', { act: t(done.name) })}</span> <a href="${PART}">${t('ledger.back')}</a></p>`}
      <section class="acts" aria-labelledby="acts">
        <h2 id="acts">${t('case.acts')}</h2>
        ${
          possible.length === 0
            ? html`<p>${t('case.acts.none')}</p>`
            : html`<div class="row">
                ${possible.map(({ id, name }) => html`<a class="button main" href="${address}/acts/${id}">${t(name)}</a>`)}
              </div>`
        }
      </section>
      <h2>${t('ledger.rating')}</h2>
      ${entryFacts(entry, visit)}
      <p>${t('ledger.case.about')}</p>
      <form class="row" method="post" action="${address}/case">
        ${formToken(session)}<button>${t('ledger.case')}</button>
      </form>
      <h2>${t('case.history')}</h2>
      ${steps(entry, texts)}`,
  });
}

function entryFacts(entry: LedgerEntry, visit: SignedInVisit): Html {
  const { texts } = visit;
  const { t } = texts;
  return facts([
    [t('list.item'), itemName(entry, visit)],
    [t('list.state'), html`<strong>${texts.member('ledgerState', entry.state)}</strong>`],
    [t('list.due'), dueDay(entry, texts)],
    [t('ratings.level'), texts.member('level', entry.level)],
    [t('ratings.reasons'), entry.reasons.length === 0 ? t('none') : texts.list(entry.reasons)],
    [t('ratings.words'), entry.words === null ? t('none') : lines(entry.words)],
    [t('ratings.day'), entry.ratedOn],
    [t('ledger.callBack'), texts.member('callBack', entry.callBack)],
  ]);
}

function steps({ events }: LedgerEntry, texts: Texts): Html {
  const { t } = texts;
  if (events.length === 0) return html`<p>${t('ledger.steps.none')}</p>`;
  return table(
    t('case.history'),
    [{ head: t('case.history.when') }, { head: t('case.history.what') }, { head: t('ledger.said') }],
    events.map(({ at, act, isFounded, words, legalGround }): Piece[] => [
      timeElement(Date.parse(at)),
      isFounded === null
        ? texts.member('ledgerAct', act)
        : texts.pair(texts.member('ledgerAct', act), texts.member('founded', isFounded ? 'yes' : 'no')),
      html`${words !== null && lines(words)}${legalGround !== null && html`<br />${texts.pair(t('field.legalGround'), legalGround)}`}`,
    ]),
  );
}

/** Which case it is. Noted in the entry as well: those who are rated do not learn by and by who rated. */
export async function showCaseOfEntry(visit: SignedInVisit): Promise<Answer> {
  const entry = await openEntry(visit);
  if (entry === null) return notFound(visit);
  const { entryNo } = entry;
  await writeDown(visit, 'ledger.case-shown', { detail: { entry: entryNo } });
  const { caseNo } = await call(showLedgerCase, { entryNo }, { context: verbContext(visit.parts) });
  return { kind: 'go', to: `/desk/cases/${caseNo}` };
}

export async function showStep(visit: SignedInVisit): Promise<Answer> {
  const opened = await openStep(visit);
  if (opened === null) return notFound(visit);
  const { step, task, entry } = opened;
  await writeDown(visit, 'ledger.opened', task.audit);
  return step.from === entry.state ? taskForm(visit, task, NO_PROBLEMS, 200) : gonePage(visit, task);
}

/** An entry goes one way only: who comes with a form of another state is shown what was done meanwhile. */
export async function doStep(visit: SignedInVisit): Promise<Answer> {
  const opened = await openStep(visit);
  if (opened === null) return notFound(visit);
  const { step, task, entry } = opened;
  return step.from === entry.state ? doTask(visit, task) : gonePage(visit, task);
}

async function openStep(
  visit: SignedInVisit,
): Promise<{ readonly step: LedgerStep; readonly task: Task; readonly entry: LedgerEntry } | null> {
  const step = ledgerSteps.find(({ id }) => id === visit.named['act']);
  const entry = step === undefined ? null : await openEntry(visit);
  if (step === undefined || entry === null) return null;
  const { texts, values } = visit;
  const { entryNo, state } = entry;
  const back = `${PART}/${entryNo}`;
  const scene = { entryNo, texts, values };
  const shown = html`${entryFacts(entry, visit)}${steps(entry, texts)}`;
  const task: Task = {
    name: texts.t(step.name),
    about: texts.t(step.about),
    subject: entryNo,
    address: `${back}/acts/${step.id}`,
    part: PART,
    back,
    version: state,
    shown,
    facts: [
      [texts.t('ledger.entryNo'), html`<span class="number">${entryNo}</span>`],
      [texts.t('list.item'), itemName(entry, visit)],
    ],
    audit: { detail: { act: step.id, entry: entryNo } },
    done: `${back}?done=${step.id}`,
    fields: (problems) => {
      const fields = step.fields(scene, problems);
      // What is written about stands above where it is written.
      return fields === null ? null : html`${shown}${fields}`;
    },
    read: () => step.read(scene),
    refused: () => null,
  };
  return { step, task, entry };
}

import { groupReceiptNumber } from '#contract/receipt-number.ts';
import type { Notice } from '#contract/case-history.ts';
import { chinaDate } from '../../cases/working-days.ts';
import { deskActs, isFor } from '../acts/acts.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import type { CaseEvent, CaseView } from '../cases/case-view.ts';
import { drawnSignature, papersShown, pictureBytes, picturesOf, signatureSvg } from '../cases/pictures.ts';
import { shownSections, type ShownAnswer } from '../cases/shown-answers.ts';
import { html, lines, type Html, type Piece } from '../html.ts';
import { facts, formToken, table, timeElement } from '../layout.ts';
import type { TextKey, Texts } from '../texts/texts.ts';
import { writeDown } from '../write-down.ts';
import { dueWords } from './due-words.ts';
import { notFound } from './errors.ts';
import { statusName } from './list.ts';
import { openCase } from './open-case.ts';

export async function showCase(visit: SignedInVisit): Promise<Answer> {
  const view = await openCase(visit);
  if ('refused' in view) return view.refused;
  await writeDown(visit, 'case.opened', { caseNo: view.caseNo });
  return casePage(visit, view, false);
}

/** Everything, for this one look: the next page is masked again. */
export async function showWhole(visit: SignedInVisit): Promise<Answer> {
  const view = await openCase(visit);
  if ('refused' in view) return view.refused;
  await writeDown(visit, 'case.shown', { caseNo: view.caseNo, detail: { revision: view.revision } });
  return casePage(visit, view, true);
}

/** A page of a paper, or a signature that came as a picture. */
export async function showPicture(visit: SignedInVisit): Promise<Answer> {
  const view = await openCase(visit);
  if ('refused' in view) return view.refused;
  const place = Number(visit.named['place']);
  const picture = picturesOf(view.submission).find((one) => one.place === place);
  if (!picture) return notFound(visit);
  const { attachment } = picture;
  await writeDown(visit, 'case.image-opened', {
    caseNo: view.caseNo,
    detail: { picture: attachment.sha256, revision: view.revision },
  });
  const bytes = await pictureBytes(visit.parts.pool, view, place);
  return bytes === null ? notFound(visit) : { kind: 'file', type: attachment.mediaType, bytes };
}

export async function showSignature(visit: SignedInVisit): Promise<Answer> {
  const view = await openCase(visit);
  if ('refused' in view) return view.refused;
  const fieldId = visit.named['fieldId'] ?? '';
  const signature = drawnSignature(view, fieldId);
  if (signature === null) return notFound(visit);
  await writeDown(visit, 'case.image-opened', {
    caseNo: view.caseNo,
    detail: { picture: fieldId, revision: view.revision },
  });
  const svg = [signatureSvg(signature)];
  return {
    kind: 'file',
    type: 'image/svg+xml',
    bytes: (async function* () {
      yield* await Promise.resolve(svg);
    })(),
  };
}

function casePage(visit: SignedInVisit, view: CaseView, isWhole: boolean): Answer {
  const { texts, session, query } = visit;
  const { t } = texts;
  const done = deskActs.find(({ id }) => id === query.get('done'));
  return page({
    title: t('case.title', { no: view.caseNo }),
    part: view.interaction === null ? '/desk' : '/desk/questions',
    body: html`${done && html`<p class="said"><span role="status">${t('case.done', { act: t(done.name) })}</span> <a href="${view.interaction === null ? '/desk' : '/desk/questions'}">${t('case.done.back')}</a></p>`}${
        view.chain &&
        view.chain.waitsFor.length > 0 &&
        html`<p class="warn">
          ${t('case.wait', { names: texts.list(view.chain.waitsFor.map((name) => texts.of(name))) })}
        </p>`
      }${
        view.chain?.notCome &&
        html`<p class="warn">
          ${t('case.notCome', { names: texts.list(view.chain.notCome.map((name) => texts.of(name))) })}
        </p>`
      }${offered(view, visit)}
      <h2>${t('case.base')}</h2>
      ${baseFacts(view, texts)}
      <h2>${t('case.submitted')}</h2>
      ${
        isWhole
          ? html`<p class="warn" role="status">${t('case.shown')}</p>
              <div class="row">
                <a class="button" href="/desk/cases/${view.caseNo}">${t('case.hide')}</a>
              </div>`
          : html`<p>${t('case.masked')}</p>
              <form class="row" method="post" action="/desk/cases/${view.caseNo}/show">
                ${formToken(session)}<button>${t('case.show')}</button>
              </form>`
      }${submitted(view, isWhole, texts)}${replies(view, texts)}
      <h2>${t('case.papers')}</h2>
      ${papers(view, isWhole, texts)}
      <h2>${t('case.history')}</h2>
      ${history(view.events, texts)}`,
  });
}

function offered(view: CaseView, { texts: { t }, session }: SignedInVisit): Html {
  const possible = deskActs.filter((act) => isFor(act, session.official) && act.isOffered(view));
  return html`<section class="acts" aria-labelledby="acts">
    <h2 id="acts">${t('case.acts')}</h2>
    ${
      possible.length === 0
        ? html`<p>${t('case.acts.none')}</p>`
        : html`<div class="row">
            ${possible.map(({ id, name }, index) => html`<a class="button${index === 0 && ' main'}" href="/desk/cases/${view.caseNo}/acts/${id}">${t(name)}</a>`)}
          </div>`
    }
  </section>`;
}

export function baseFacts(view: CaseView, texts: Texts): Html {
  const { t } = texts;
  const { submission, item } = view;
  return facts([
    [t('case.item'), item ? texts.of(item.name) : submission.itemSlug],
    [t('case.office'), texts.of(view.life.unit)],
    ...(view.department === null ? [] : [[t('case.department'), texts.of(view.department)] as const]),
    ...(view.dispatches.length === 0
      ? []
      : [[t('case.dispatched'), dispatched(view.dispatches, texts)] as const]),
    [t('case.state'), html`<strong>${statusName(view.status, texts)}</strong>`],
    [t('case.due'), dueWords(view.due, texts)],
    ...clockFacts(view, texts),
    [t('case.receiptNo'), html`<span class="number">${groupReceiptNumber(submission.receiptNo)}</span>`],
    [t('case.received'), timeElement(view.receivedAtMs)],
    [t('case.stored'), timeElement(view.storedAtMs)],
    [t('case.station'), `${submission.stationId} · ${submission.terminalId}`],
    [t('case.revision'), view.revision],
    [t('case.identity'), texts.member('identity', submission.payload.identitySource)],
    ...(view.chain ? [[t('case.chain'), texts.of(view.chain.name)] as const] : []),
  ]);
}

/** To whom a matter was sent, and on which day. */
export function dispatched(dispatches: CaseView['dispatches'], texts: Texts): string {
  return texts.list(dispatches.map(({ unit, atMs }) => `${unit} (${chinaDate(atMs)})`));
}

/** The days that the clocks of the case come to, and what stands over it. */
function clockFacts({ life }: CaseView, texts: Texts): (readonly [string, Piece])[] {
  const { t } = texts;
  const { clocks, alerts } = life;
  const standing = alerts.filter(({ until }) => until === null);
  const day = (label: TextKey, by: string | null): (readonly [string, Piece])[] =>
    by === null ? [] : [[t(label), by]];
  return [
    ...(clocks.state === 'rests' ? [[t('case.clock'), t('case.clock.rests')] as const] : []),
    ...day('case.legalBy', clocks.legalBy),
    ...(clocks.step === null
      ? []
      : [
          [
            t('case.step'),
            `${texts.of(clocks.step.name)}${clocks.step.by === null ? '' : ` · ${clocks.step.by}`}`,
          ] as const,
        ]),
    ...(standing.length === 0
      ? []
      : [
          [
            t('case.alerts'),
            texts.list(
              standing.map(({ level, rule, since }) =>
                texts.pair(texts.member('alert', level), `${texts.member('alertRule', rule)} (${since})`),
              ),
            ),
          ] as const,
        ]),
  ];
}

function submitted(view: CaseView, isWhole: boolean, texts: Texts): Piece {
  const { t } = texts;
  const { item, submission } = view;
  const note =
    item === null
      ? t('case.unknownItem')
      : item.version === submission.itemVersion
        ? null
        : t('case.otherVersion', { version: submission.itemVersion, now: item.version });
  const value = ({ value: shown, label }: ShownAnswer): Piece => {
    switch (shown.kind) {
      case 'text':
        return lines(texts.of(shown.text));
      case 'hidden':
        return html`<span class="hidden">${t('case.hidden')}</span>`;
      case 'signature':
        return html`<span class="signature"
          ><img src="/desk/cases/${view.caseNo}/signatures/${shown.fieldId}" alt="${texts.of(label)}"
        /></span>`;
      default: {
        const never: never = shown;
        return never;
      }
    }
  };
  return html`${note !== null && html`<p class="warn">${note}</p>`}${shownSections(view, isWhole).map(
    ({ title, answers }) =>
      html`${title && html`<h3>${texts.of(title)}</h3>`}${facts(answers.map((answer) => [texts.of(answer.label), value(answer)]))}`,
  )}`;
}

function papers(view: CaseView, isWhole: boolean, texts: Texts): Piece {
  const { t } = texts;
  const shown = papersShown(view);
  const signatures = picturesOf(view.submission).filter(
    ({ attachment }) => attachment.subject.kind === 'signature',
  );
  const picture = (place: number, name: string, doubts: readonly string[]) => {
    const address = `/desk/cases/${view.caseNo}/images/${String(place)}`;
    const found =
      doubts.length > 0 &&
      html`<br />${t('case.image.doubt', { found: texts.list(doubts.map((doubt) => texts.member('doubt', doubt))) })}`;
    return html`<li>
      ${isWhole ? html`<a href="${address}"><img src="${address}" alt="${name}" /></a>` : html`<a href="${address}">${name}</a>`}${found}
    </li>`;
  };
  if (shown.length === 0 && signatures.length === 0) return html`<p>${t('case.papers.none')}</p>`;
  const rows = shown.map(({ paperId, way, pictures, doubtful }): Piece[] => {
    const material = view.item?.materials.find(({ id }) => id === paperId);
    const name = material ? texts.of(material.name) : paperId;
    const images = pictures.map(({ place, attachment: { subject } }) => {
      const n = subject.kind === 'paper' ? subject.page : 1;
      return picture(place, t('case.image', { name, n }), doubtful.get(n) ?? []);
    });
    return [
      name,
      texts.member('way', way),
      images.length === 0
        ? t('none')
        : html`<ul class="pictures">
            ${images}
          </ul>`,
    ];
  });
  return html`${
    rows.length > 0 &&
    table(
      t('case.papers'),
      [{ head: t('case.paper') }, { head: t('case.paper.way') }, { head: t('case.paper.pages') }],
      rows,
    )
  }${
    signatures.length > 0 &&
    html`<ul class="pictures signature">
      ${signatures.map(({ place }) => picture(place, t('case.signature'), []))}
    </ul>`
  }`;
}

function replies({ said, interaction }: CaseView, texts: Texts): Piece {
  if (interaction === null || said.replies.length === 0) return null;
  const { t } = texts;
  return html`<h2>${t('case.replies')}</h2>
    ${said.replies.map(
      ({ reply }, index) =>
        html`<h3>
            ${t('case.reply.of', { unit: reply.unit, time: '' })}${timeElement(Date.parse(reply.repliedAt))}
          </h3>
          <p>${lines(reply.text)}</p>
          ${
            index === 0 &&
            said.refusal !== null &&
            html`<p class="warn">
              ${t('case.reply.refused', { reason: texts.member('refusalReason', said.refusal.reason) })}
            </p>`
          }`,
    )}`;
}

/** What happened, in order: the whole of it, or what happened meanwhile. */
export function history(events: readonly CaseEvent[], texts: Texts): Html {
  const { t } = texts;
  return table(
    t('case.history'),
    [
      { head: t('case.history.when') },
      { head: t('case.history.what') },
      { head: t('case.history.who') },
      { head: t('case.history.notice') },
    ],
    events.map((event) => [
      timeElement(Date.parse(event.at)),
      eventWords(event, texts),
      event.unit ?? texts.member('actor', event.actor),
      event.document === null
        ? ''
        : html`<span class="number">${event.document.no}</span
            ><br />${noticeWords(event.document.notice, texts)}`,
    ]),
  );
}

function eventWords({ verb, handedTo, step, revision }: CaseEvent, texts: Texts): string {
  const name = texts.member('verb', verb);
  if (handedTo !== null) return texts.pair(name, texts.of(handedTo));
  if (step !== null) return texts.pair(name, String(step + 1));
  return revision !== null && revision > 1
    ? `${name} · ${texts.t('case.history.revision', { n: revision })}`
    : name;
}

function noticeWords(notice: Notice, texts: Texts): Piece {
  const { t } = texts;
  const said = (key: TextKey, text: string, put: Readonly<Record<string, string>> = {}) =>
    lines(t(key, { text, ...put }));
  switch (notice.kind) {
    case 'acceptance':
      return notice.decideBy === null
        ? t('notice.acceptance.none')
        : t('notice.acceptance', { day: notice.decideBy });
    case 'refusal':
      return said('notice.refusal', texts.of(notice.reason));
    case 'correction': {
      const entries = notice.entries.map(({ name, reason }) => texts.pair(texts.of(name), texts.of(reason)));
      return said('notice.correction', entries.join('\n'), { day: notice.dueOn });
    }
    case 'corrected':
      return t('notice.corrected');
    case 'special': {
      const put = { reason: texts.member('special', notice.reason) };
      return notice.expectedBy === null
        ? said('notice.special', texts.of(notice.text), put)
        : said('notice.special.until', texts.of(notice.text), { ...put, day: notice.expectedBy });
    }
    case 'extension':
      return said('notice.extension', texts.of(notice.text), {
        n: String(notice.days),
        day: notice.decideBy ?? t('none'),
      });
    case 'return':
      return said(notice.isOverdue ? 'notice.return.overdue' : 'notice.return', texts.of(notice.reason));
    case 'result':
      return said('notice.result', `${texts.of(notice.text)} ${notice.documentNo ?? ''}`.trim(), {
        outcome: texts.member('outcome', notice.outcome),
      });
    case 'delivery':
      return t('notice.delivery', { how: texts.member('delivery', notice.how) });
    default: {
      const never: never = notice;
      return never;
    }
  }
}

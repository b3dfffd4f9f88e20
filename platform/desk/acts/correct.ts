import { call } from '@orpc/server';
import { leafFields } from '#contract/form/autofill.ts';
import { NOTHING_READ, formPages } from '#contract/form/pages.ts';
import { settleForm } from '#contract/form/settle.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { CorrectionTarget, NoticeText } from '#contract/progress.ts';
import { reached } from '../../cases/table.ts';
import { chinaDate } from '../../cases/working-days.ts';
import { requestCorrection } from '../../verbs/request-correction.ts';
import type { CaseView } from '../cases/case-view.ts';
import { papersShown } from '../cases/pictures.ts';
import { idOf, textField, type Problem } from '../form.ts';
import { html, type Html, type Piece } from '../html.ts';
import { en } from '../texts/en.ts';
import type { Texts } from '../texts/texts.ts';
import { zh } from '../texts/zh.ts';
import type { DeskAct, Scene } from './act.ts';
import { shownWords, tooLong } from './words.ts';

const DEFAULT_WORKDAYS = '5';
const WORKDAYS = { min: 1, max: 60 } as const;

/** What is said most, in both languages; anything else is written. */
const usualReasons = ['blurred', 'incomplete', 'expired', 'mismatch', 'unreachable'] as const;
const OWN = 'own';
const MOST = { zh: 300, en: 600 } as const;

/** What can be asked for again: a page of the form, or a paper. `key` is in the names of its fields. */
interface Target {
  readonly key: string;
  readonly target: CorrectionTarget;
  readonly name: LocalizedText;
}

/** Pages that were asked, and those of the card: what was read off a card can be read again. */
function pageTargets({ item, submission }: CaseView): Target[] {
  if (item === null) return [];
  const { answers } = submission.payload;
  const form = settleForm(item, answers, chinaDate(Date.parse(submission.receivedAt)));
  const ids = new Set(leafFields(item).map(({ id }) => id));
  return formPages(form, NOTHING_READ).flatMap((page): Target[] => {
    const isNamed = page.kind === 'group' || page.entry !== null || ids.has(page.field.id);
    if (!isNamed) return [];
    const place = page.kind === 'question' && page.entry ? ` ${String(page.entry.index + 1)}` : '';
    const { label } = page.field;
    const name = { zh: `${label.zh}${place}`, en: `${label.en}${place}` };
    return [{ key: page.pageId, target: { of: 'page', pageId: page.pageId }, name }];
  });
}

function paperTargets(view: CaseView): Target[] {
  if (view.item === null) return [];
  // Those that were handed in, and those that the item asks for besides: one that is missing is asked for, too.
  const handed = new Set(papersShown(view).map(({ paperId }) => paperId));
  const materials = [...view.item.materials].sort(
    (left, right) => Number(handed.has(right.id)) - Number(handed.has(left.id)),
  );
  return materials.map(({ id, name }) => ({
    key: `m.${id}`,
    target: { of: 'paper', materialId: id },
    name,
  }));
}

/** 补齐补正: everything in one notice, each with its reason. */
export const correct: DeskAct = {
  id: 'correct',
  name: 'act.correct',
  about: 'act.correct.about',
  isOffered: (view) =>
    view.interaction === null && view.item !== null && reached('request-correction', view.status) !== null,
  fields: (scene, problems) => {
    const { view, texts, values } = scene;
    const { t } = texts;
    const wrong = problems.filter(({ field }) => field === 'targets');
    const papers = paperTargets(view);
    const pages = pageTargets(view);
    const first = (papers[0] ?? pages[0])?.key;
    const list = (targets: readonly Target[]) =>
      targets.map((target) => targetField(target, scene, problems, target.key === first));
    return html`<fieldset class="${wrong.length > 0 && 'has-wrong'}">
        <legend>${t('field.targets')}</legend>
        ${wrong.map(({ says }) => html`<p class="wrong">${says}</p>`)}${
          papers.length > 0 &&
          html`<h2>${t('field.targets.papers')}</h2>
            ${list(papers)}`
        }
        <h2>${t('field.targets.pages')}</h2>
        ${list(pages)}
      </fieldset>
      ${textField({
        type: 'number',
        name: 'workdays',
        label: t('field.workdays'),
        hint: t('field.workdays.hint'),
        value: values.get('workdays') ?? DEFAULT_WORKDAYS,
        most: 2,
        problems,
      })}`;
  },
  read: (scene) => {
    const { view, texts, values } = scene;
    const { t } = texts;
    const chosen = [...paperTargets(view), ...pageTargets(view)].filter(({ key }) =>
      values.getAll('targets').includes(key),
    );
    const read = chosen.map((target) => ({ target, ...readReason(target, scene) }));
    const workdays = Number(values.get('workdays') ?? '');
    const isDays = Number.isInteger(workdays) && workdays >= WORKDAYS.min && workdays <= WORKDAYS.max;
    const problems = [
      ...(chosen.length === 0 ? [{ field: 'targets', says: t('field.targets.none') }] : []),
      ...read.flatMap((one) => one.problems),
      ...(isDays
        ? []
        : [{ field: 'workdays', says: t('field.number', { label: t('field.workdays'), ...WORKDAYS }) }]),
    ];
    if (problems.length > 0) return { kind: 'wrong', problems };
    const entries = read.map(({ target, reason }) => ({ target: target.target, reason }));
    return {
      kind: 'ready',
      summary: [
        ...read.map(({ target, reason }): [string, Piece] => [texts.of(target.name), shownWords(reason)]),
        [t('field.workdays'), workdays],
      ],
      perform: (context) => call(requestCorrection, { caseNo: view.caseNo, entries, workdays }, { context }),
    };
  },
};

function targetField(
  { key, name }: Target,
  { texts, values }: Scene,
  problems: readonly Problem[],
  isFirst: boolean,
): Html {
  const { t } = texts;
  const isChosen = values.getAll('targets').includes(key);
  const shown = texts.of(name);
  // The summary's link to "nothing is chosen" lands on the first one.
  const id = isFirst ? idOf('targets') : idOf(key);
  const whyId = idOf(`why.${key}`);
  const wrong = problems.filter(({ field }) => field === `why.${key}`);
  const chosenWhy = values.get(`why.${key}`) ?? '';
  const options = ['', ...usualReasons, OWN].map(
    (value) =>
      html`<option value="${value}" ${value === chosenWhy && html` selected`}>
        ${value === '' ? t('why.choose') : texts.member('why', value)}
      </option>`,
  );
  const words = (language: 'zh' | 'en') => {
    const inputName = `${language}.${key}`;
    const label = t(language === 'zh' ? 'field.whyOwn' : 'field.whyEn', { name: shown });
    return html`<div>
      <label for="${idOf(inputName)}">${label}</label
      ><input
        type="text"
        id="${idOf(inputName)}"
        name="${inputName}"
        value="${values.get(inputName) ?? ''}"
        lang="${language === 'zh' ? 'zh-CN' : 'en'}"
      />
    </div>`;
  };
  return html`<div class="target">
    <div class="choice">
      <input type="checkbox" id="${id}" name="targets" value="${key}" ${isChosen && html` checked`} /><label
        for="${id}"
        >${shown}</label
      >
    </div>
    <div class="more">
      <div>
        <label for="${whyId}">${t('field.why', { name: shown })}</label
        >${wrong.map(({ says }) => html`<p class="wrong">${says}</p>`)}<select
          id="${whyId}"
          name="why.${key}"
          ${wrong.length > 0 && html` aria-invalid="true"`}
        >
          ${options}
        </select>
      </div>
      ${words('zh')}${words('en')}
    </div>
  </div>`;
}

function readReason(
  { key, name }: Target,
  { texts, values }: Scene,
): { readonly reason: NoticeText; readonly problems: readonly Problem[] } {
  const why = usualReasons.find((usual) => usual === values.get(`why.${key}`));
  const own = {
    zh: (values.get(`zh.${key}`) ?? '').trim(),
    en: (values.get(`en.${key}`) ?? '').trim(),
  };
  const usual = why === undefined ? { zh: '', en: '' } : { zh: zh[`why.${why}`], en: en[`why.${why}`] };
  const joined = {
    zh: joinedWords(usual.zh, own.zh, '。'),
    en: joinedWords(usual.en, own.en === '' ? own.zh : own.en, '. '),
  };
  const field = `why.${key}`;
  const label = texts.of(name);
  return {
    reason: joined,
    problems: [...missing(field, joined.zh, label, texts), ...lengths(field, joined, label, texts)],
  };
}

function joinedWords(usual: string, own: string, between: string): string {
  return [usual, own].filter((words) => words !== '').join(between);
}

function missing(field: string, words: string, name: string, { t }: Texts): Problem[] {
  return words === '' ? [{ field, says: t('field.targets.reason', { name }) }] : [];
}

function lengths(field: string, words: NoticeText, label: string, texts: Texts): Problem[] {
  return [
    ...tooLong(field, words.zh, MOST.zh, label, texts),
    ...tooLong(field, words.en, MOST.en, label, texts),
  ];
}

import { call } from '@orpc/server';
import { scopeOf } from '../../cases/scope.ts';
import { listRatings } from '../../ratings/ratings.ts';
import { listGuideErrors } from '../../verbs/list-guide-errors.ts';
import { page, verbContext, type Answer, type SignedInVisit } from '../answer.ts';
import { html, lines } from '../html.ts';
import { tableOr, timeElement } from '../layout.ts';
import { writeDown } from '../write-down.ts';

const MOST_RATINGS = 200;

/** Of nobody, and about guides that everybody reads: of all units, since whoever sees it can tell its owner. */
export async function showGuides({ parts, texts }: SignedInVisit): Promise<Answer> {
  const { t } = texts;
  const { catalogue } = parts;
  const { errors } = await call(listGuideErrors, undefined, { context: verbContext(parts) });
  const rows = errors.map(({ slug, version, error, count, lastAt }) => {
    const item = catalogue.items.get(slug)?.item;
    return [
      item ? texts.of(item.name) : slug,
      version,
      texts.member('guideError', error),
      count,
      timeElement(Date.parse(lastAt)),
    ];
  });
  return page({
    title: t('guides.title'),
    part: '/desk/guides',
    body: tableOr(
      t('guides.empty'),
      t('guides.title'),
      [t('list.item'), t('guides.version'), t('guides.error'), t('guides.count'), t('guides.last')],
      rows,
    ),
  });
}

/** Of the cases of the unit. Who gave them is kept from those who are rated. */
export async function showRatings(visit: SignedInVisit): Promise<Answer> {
  const { parts, texts, session } = visit;
  const { t } = texts;
  const scope = scopeOf(parts.catalogue, session.official);
  await writeDown(visit, 'ratings.opened');
  const ratings = await listRatings(parts.pool, { scope, limit: MOST_RATINGS });
  const rows = ratings.map(({ itemSlug, level, reasons, words, ratedOn }) => {
    const item = parts.catalogue.items.get(itemSlug)?.item;
    return [
      item ? texts.of(item.name) : itemSlug,
      texts.member('level', level),
      texts.list(reasons),
      words === null ? '' : lines(words),
      ratedOn,
    ];
  });
  return page({
    title: t('ratings.title'),
    part: '/desk/ratings',
    body: html`<p>${t('ratings.about')}</p>
      ${tableOr(
        t('ratings.empty'),
        t('ratings.title'),
        [t('list.item'), t('ratings.level'), t('ratings.reasons'), t('ratings.words'), t('ratings.day')],
        rows,
      )}`,
  });
}

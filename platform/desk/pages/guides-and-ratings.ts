import { call } from '@orpc/server';
import { listRatings } from '../../ratings/ratings.ts';
import { listGuideErrors } from '../../verbs/list-guide-errors.ts';
import { page, verbContext, type Answer, type SignedInVisit } from '../answer.ts';
import { scopeOf } from '../cases/scope.ts';
import { html, lines } from '../html.ts';
import { table, timeElement } from '../layout.ts';

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
    body:
      rows.length === 0
        ? html`<p>${t('guides.empty')}</p>`
        : table(
            t('guides.title'),
            [
              { head: t('list.item') },
              { head: t('guides.version') },
              { head: t('guides.error') },
              { head: t('guides.count') },
              { head: t('guides.last') },
            ],
            rows,
          ),
  });
}

/** Of the items of the unit; a street office reads all. Who gave them is kept from those who are rated. */
export async function showRatings({ parts, texts, session }: SignedInVisit): Promise<Answer> {
  const { t } = texts;
  const scope = scopeOf(parts.catalogue, session.official.unitCode);
  const ratings = (await listRatings(parts.pool, MOST_RATINGS)).filter(
    ({ itemSlug }) => scope.kind === 'street' || scope.slugs.includes(itemSlug),
  );
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
      ${
        rows.length === 0
          ? html`<p>${t('ratings.empty')}</p>`
          : table(
              t('ratings.title'),
              [
                { head: t('list.item') },
                { head: t('ratings.level') },
                { head: t('ratings.reasons') },
                { head: t('ratings.words') },
                { head: t('ratings.day') },
              ],
              rows,
            )
      }`,
  });
}

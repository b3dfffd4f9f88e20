import type pg from 'pg';
import { z } from 'zod';
import { localizedTextSchema, type LocalizedText } from '#contract/localized.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { letters } from '../interactions/reply-text.ts';

/** Who is meant by the name of a unit. */
export interface UnitMeant {
  /** As the catalogue calls it, or as it was registered. */
  readonly name: LocalizedText;
  /** That works on it by its own system; null: it works at the desk. */
  readonly departmentId: string | null;
}

type Queried = Pick<pg.Pool | pg.PoolClient, 'query'>;

/**
 * The unit of a name as people write it: in either language, with spaces, or with one of its sections behind it
 * (示例区民政局低保科). It is one of the catalogue's units or a department that is plugged in. Null: nobody here is called so.
 */
export async function unitMeant(
  db: Queried,
  catalogue: Catalogue,
  written: string,
): Promise<UnitMeant | null> {
  const wanted = letters(written);
  const known = [...unitsOf(catalogue), ...(await registered(db))];
  const [found] = known
    .flatMap(({ zh, en }) => [zh, en].map((name) => ({ unit: { zh, en }, own: letters(name) })))
    .filter(({ own }) => own !== '' && wanted.startsWith(own))
    .sort((one, other) => other.own.length - one.own.length);
  if (found === undefined) return null;
  return { name: found.unit, departmentId: await departmentOfUnit(db, catalogue, found.unit.zh) };
}

/** The department that is called so, or else the one that decides most items of that unit of the catalogue; null: there is none. */
export async function departmentOfUnit(
  db: Queried,
  catalogue: Catalogue,
  zh: string,
): Promise<string | null> {
  const slugs = [...catalogue.items.values()]
    .filter(({ item }) => item.department.zh === zh)
    .map(({ item }) => item.slug);
  const { rows } = await db.query(
    `SELECT d.department_id FROM department d CROSS JOIN LATERAL (
       SELECT count(*) AS decided FROM department_item i
       WHERE i.department_id = d.department_id AND i.item_slug = ANY($2)) i
     WHERE d.revoked_at IS NULL AND (d.name ->> 'zh' = $1 OR i.decided > 0)
     ORDER BY d.name ->> 'zh' = $1 DESC, i.decided DESC, d.department_id LIMIT 1`,
    [zh, slugs],
  );
  return rows.length === 0 ? null : z.object({ department_id: z.string() }).parse(rows[0]).department_id;
}

function unitsOf(catalogue: Catalogue): LocalizedText[] {
  return [...catalogue.items.values()].map(({ item: { department } }) => ({
    zh: department.zh,
    en: department.en,
  }));
}

const namesSchema = z.array(z.object({ name: localizedTextSchema }));

async function registered(db: Queried): Promise<LocalizedText[]> {
  const { rows } = await db.query(
    'SELECT name FROM department WHERE revoked_at IS NULL ORDER BY department_id LIMIT 1000',
  );
  return namesSchema.parse(rows).map(({ name }) => name);
}

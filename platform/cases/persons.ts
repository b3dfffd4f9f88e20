import type pg from 'pg';
import { leafOf } from '#contract/answers.ts';
import type { Submission } from '#contract/application.ts';
import { leafFields } from '#contract/form/autofill.ts';
import { personNumberSchema } from '#contract/progress.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import type { CaseKey } from './case-events.ts';

/** The field of an item that this platform does not publish any more. */
const USUAL_FIELD = 'applicantId';

/** Whose application it is: everybody whom its form takes off a card. On a form for two, both. */
export function personNumbers(catalogue: Catalogue, submission: Submission): string[] {
  const item = catalogue.items.get(submission.itemSlug)?.item;
  const fields = item
    ? leafFields(item)
        .filter(({ autofill }) => autofill === 'idcard.number')
        .map(({ id }) => id)
    : [USUAL_FIELD];
  const numbers = fields.flatMap((id) => {
    const number = personNumberSchema.safeParse(leafOf(submission.payload.answers[id]));
    return number.success ? [number.data] : [];
  });
  return [...new Set(numbers)];
}

/**
 * Whose case it is after a revision was taken: who was named by mistake sees it no more. One that names nobody (a slip of the form, or
 * of an item that is not published any more) takes it from nobody.
 */
export async function replacePersons(
  client: pg.PoolClient,
  { cursor, applicationId }: CaseKey,
  persons: readonly string[],
): Promise<void> {
  if (persons.length === 0) return;
  await client.query('DELETE FROM case_person WHERE cursor = $1 AND person_number <> ALL($2::text[])', [
    cursor,
    persons,
  ]);
  await client.query(
    `INSERT INTO case_person (person_number, cursor, application_id) SELECT unnest($3::text[]), $1, $2
     ON CONFLICT DO NOTHING`,
    [cursor, applicationId, persons],
  );
}

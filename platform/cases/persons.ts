import { leafOf } from '#contract/answers.ts';
import type { Submission } from '#contract/application.ts';
import { leafFields } from '#contract/form/autofill.ts';
import { personNumberSchema } from '#contract/progress.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';

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

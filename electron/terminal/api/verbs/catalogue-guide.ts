import { shownGuideSchema } from '#contract/guide.ts';
import { ok } from '#contract/result.ts';
import { api } from '../context.ts';

/** Everything but the form: nothing personal is asked before the guide has been read. */
export const catalogueGuide = api.catalogue.guide.handler(
  ({ context: { catalogue, availabilityOf }, input }) => {
    const found = catalogue.item(input.slug);
    if (!found.ok) return found;
    return ok(shownGuideSchema.parse({ ...found.value, availability: availabilityOf(found.value) }));
  },
);

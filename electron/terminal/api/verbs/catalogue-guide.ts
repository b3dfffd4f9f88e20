import { shownGuideSchema } from '#contract/guide.ts';
import { ok } from '#contract/result.ts';
import { api } from '../context.ts';

/**
 * Everything but the form: nothing personal is asked before the guide has been read. An item that has not come yet is
 * fetched while the resident waits, as long as one call to the platform may take.
 */
export const catalogueGuide = api.catalogue.guide.handler(
  async ({ context: { catalogue, availabilityOf }, input }) => {
    const found = await catalogue.obtain(input.slug);
    if (!found.ok) return found;
    return ok(shownGuideSchema.parse({ ...found.value, availability: availabilityOf(found.value) }));
  },
);

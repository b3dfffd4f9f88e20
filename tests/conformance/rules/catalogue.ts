import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import { chainsSchema } from '#contract/chain.ts';
import { loadItem } from '#contract/form/load-item.ts';
import { publishedSchema } from '#contract/published-norm.ts';
import { codesAbove, levelOf } from '#contract/region-code.ts';
import { regionAnswerSchema, type RegionTable } from '#contract/region-table.ts';
import { guideErrorSchema } from '#contract/guide.ts';
import { Broken, hasStatus, holds, read, refuses, same } from '../check.ts';
import { sha256Of } from '../maker.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

const listSchema = z.object({
  items: z.array(z.object({ slug: z.string(), version: z.string(), sha256: z.string().optional() })),
});

const ITEMS = '/v1/catalogue/items';
const list = async (t: Trial) => read(await t.client.call({ path: ITEMS, by: t.first }), listSchema).items;

async function* documents(t: Trial) {
  for (const entry of await list(t)) {
    const answer = await t.client.call({ path: `${ITEMS}/${entry.slug}`, by: t.first });
    hasStatus(answer, 200);
    yield { entry, document: answer.json };
  }
}

const regions = async (t: Trial, query = '') =>
  read(await t.client.call({ path: `/v1/catalogue/regions${query}`, by: t.first }), regionAnswerSchema);

async function table(t: Trial): Promise<RegionTable | null> {
  const answer = await regions(t);
  if (answer.state === 'same') throw new Broken('a table, or none', 'same');
  return answer.state === 'table' ? answer.table : null;
}

const errorsSchema = z.object({
  errors: z.array(
    z.object({ slug: z.string(), version: z.string(), error: guideErrorSchema, count: z.number() }),
  ),
});

const REPORTS = '/v1/catalogue/guide-reports';

/** How many said this; of few it may be that the list does not reach so far, and then it has none. */
async function countOf(t: Trial, version: string): Promise<number> {
  const answer = await t.client.call({ path: '/v1/catalogue/guide-errors', by: 'desk' });
  const { slug } = t.cast.item.item;
  const found = read(answer, errorsSchema).errors.find(
    (each) => each.slug === slug && each.version === version && each.error === 'phone',
  );
  return found?.count ?? 0;
}

const report = (t: Trial, version: string) => ({
  reportId: t.maker.uuid(),
  slug: t.cast.item.item.slug,
  version,
  error: 'phone',
  reportedAt: t.maker.iso(-60_000),
});

export const catalogueRules: Theme = {
  letter: 'C',
  title: 'Catalogue, chains, places, guides',
  when: 'prepared',
  rules: [
    rule('C-01', 'The list has every item with its version, and none twice', async (t) => {
      const slugs = (await list(t)).map(({ slug }) => slug);
      holds(slugs.length > 0, 'items', slugs);
      same(new Set(slugs).size, slugs.length, 'different slugs:');
    }),
    rule('C-02', 'Every item is valid by the JSON Schema of the norm', async (t) => {
      const ajv = new Ajv2020({ strict: true, strictTypes: false, formats: { date: true } });
      const isItem = ajv.compile(publishedSchema('item'));
      for await (const { entry, document } of documents(t))
        holds(isItem(document), `${entry.slug} to be valid`, ajv.errorsText(isItem.errors));
    }),
    rule('C-03', 'Every item is whole: what a field, a condition or a rule names is there', async (t) => {
      for await (const { entry, document } of documents(t)) {
        const loaded = loadItem(document);
        if (!loaded.ok)
          throw new Broken(`${entry.slug} to be whole`, loaded.fault.detail ?? loaded.fault.code);
      }
    }),
    rule(
      'C-04',
      'Slug, version and hash of the list are those of the item; the hash is over its canonical JSON',
      async (t) => {
        for await (const { entry, document } of documents(t)) {
          const { slug, version } = z.object({ slug: z.string(), version: z.string() }).parse(document);
          same({ slug, version }, { slug: entry.slug, version: entry.version }, 'an item');
          if (entry.sha256 !== undefined)
            same(entry.sha256, sha256Of(canonicalJson(document)), `the hash of ${slug}`);
        }
      },
    ),
    rule('C-05', 'An item that is not there is NOT_FOUND (404)', async (t) => {
      refuses(await t.client.call({ path: `${ITEMS}/no-such-item`, by: t.first }), 404, 'NOT_FOUND');
    }),
    rule(
      'C-06',
      'Chains are of the norm’s form, need earlier steps only, and are those that items name',
      async (t) => {
        const answer = await t.client.call({ path: '/v1/catalogue/chains', by: t.first });
        const { chains } = read(answer, z.object({ chains: chainsSchema }));
        for (const { id, steps } of chains) {
          const orders = new Set(steps.map(({ order }) => order));
          for (const { order, needs } of steps)
            holds(
              needs.every((need) => need !== order && orders.has(need)),
              `${id}: needs among its steps`,
              needs,
            );
        }
        const known = new Set(chains.map(({ id }) => id));
        const named = t.cast.items.flatMap(({ item }) => item.chains.map(({ id }) => id));
        same(
          named.filter((id) => !known.has(id)),
          [],
          'chains that are named and not there',
        );
      },
    ),
    rule(
      'C-07',
      'The table of places has the hash of its places; to who has it, only “same” is said',
      async (t) => {
        const found = await table(t);
        if (found === null) return;
        same(found.sha256, sha256Of(canonicalJson(found.regions)), 'the hash');
        same(await regions(t, `?known=${found.sha256}`), { state: 'same' }, 'the answer');
        same((await regions(t, `?known=${'0'.repeat(64)}`)).state, 'table', 'the state');
      },
    ),
    rule(
      'C-08',
      'Places stand in the order of their codes, and each lies in another one or is a province',
      async (t) => {
        const codes = (await table(t))?.regions.map(({ code }) => code) ?? [];
        same(codes, [...codes].sort(), 'the order of codes');
        const known = new Set(codes);
        const lost = codes.filter(
          (code) => levelOf(code) !== 'province' && !codesAbove(code).some((up) => known.has(up)),
        );
        same(lost, [], 'places that lie nowhere');
      },
    ),
    rule('C-09', 'A hash that is none is BAD_REQUEST', async (t) => {
      const answer = await t.client.call({ path: '/v1/catalogue/regions?known=nonsense', by: t.first });
      refuses(answer, 400, 'BAD_REQUEST');
    }),
    rule(
      'C-10',
      'A report that a guide is wrong counts once, however often it is sent, and the desk sees how many',
      async (t) => {
        const version = `conf-${t.maker.digits(12)}`;
        const told = report(t, version);
        const idOnly = z.object({ reportId: z.string() });
        for (let again = 0; again < 2; again += 1)
          same(read(await t.post(REPORTS, t.first, told), idOnly), { reportId: told.reportId }, 'the report');
        for (const by of [t.first, t.cast.sister])
          hasStatus(await t.post(REPORTS, by, report(t, version)), 200);
        same(await countOf(t, version), 3, 'reports:');
      },
    ),
    rule(
      'C-11',
      'A report has no words of its own: another reason than the norm’s is BAD_REQUEST',
      async (t) => {
        const told = { ...report(t, '1'), error: 'the clerk was rude' };
        refuses(await t.post(REPORTS, t.first, told), 400, 'BAD_REQUEST');
      },
    ),
  ],
};

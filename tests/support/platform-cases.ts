import { z } from 'zod';
import { platformContract } from '#contract/platform-api.ts';
import type { StationReady } from '../../scripts/demo/ready-line.ts';

const PAGE = 1_000;

/** The contract's own schema of the answer, so that a test sees what any reader of the norm would. */
const pageSchema = z.object({ cases: z.array(z.looseObject({ cursor: z.number().int() })) });
type CaseSummary = NonNullable<Awaited<ReturnType<typeof parsePage>>>['cases'][number];

async function parsePage(body: unknown) {
  const outputSchema = platformContract.cases.list['~orpc'].outputSchema;
  if (outputSchema === undefined) throw new Error('cases.list has no output schema');
  pageSchema.parse(body);
  return outputSchema.parseAsync(body);
}

/** Every case on the platform, in the order in which they were stored; past the line that the bench cuts. */
export async function platformCases({ url, deskToken }: StationReady['platformApi']): Promise<CaseSummary[]> {
  const all: CaseSummary[] = [];
  for (let after = 0; ;) {
    const answer = await fetch(`${url}/v1/cases?after=${after}&limit=${PAGE}`, {
      headers: { authorization: `Bearer ${deskToken}` },
    });
    if (!answer.ok) throw new Error(`the platform answered ${answer.status}`);
    const { cases } = await parsePage(await answer.json());
    const last = cases.at(-1);
    if (last === undefined) return all;
    all.push(...cases);
    after = last.cursor;
  }
}

import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { problemSchema } from '#contract/problem.ts';
import { isCalendarDate } from '#contract/identity.ts';
import { Broken, hasStatus, holds, read, same, told, toldAnswer } from '../check.ts';
import { normCalls } from '../calls.ts';
import type { Exchange } from '../client.ts';
import { answerJudge, openApiSchema, operationFor, operationsOf, type OpenApi } from '../openapi-judge.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

async function openApi(t: Trial): Promise<OpenApi> {
  return read(await t.client.call({ path: '/openapi.json', by: null }), openApiSchema);
}

/** Calls of the norm, each with its answer; those also that were sent as bytes, and refused before anybody read them. */
function apiExchanges({ client }: Trial): readonly Exchange[] {
  return client.exchanges.filter(({ path }) => path.startsWith('/v1/'));
}

/** Also of addresses that there are not, and of what was no HTTP. */
const everyError = ({ client }: Trial): readonly Exchange[] =>
  client.exchanges.filter(({ answer }) => answer.status >= 400);

function whoseIs({ rule: id, method, path }: Exchange): string {
  return `${id}, ${method} ${(path.split('?')[0] ?? '').replace(/[0-9a-f-]{36}/, '{id}')}`;
}

/** Fails with the first that is wrong, and how many are; and where there is nothing to look at, since nothing is shown by it. */
function eachIs(
  exchanges: readonly Exchange[],
  expected: string,
  problem: (exchange: Exchange) => string | null,
): void {
  if (exchanges.length === 0) throw new Broken(`${expected}, of one answer at least`, 'no answer to look at');
  const wrong = exchanges.flatMap((exchange) => {
    const found = problem(exchange);
    return found === null ? [] : [`${whoseIs(exchange)}: ${found}`];
  });
  const [first] = wrong;
  if (first !== undefined) throw new Broken(expected, told(`${String(wrong.length)} answers: ${first}`));
}

const indexSchema = z.object({
  documents: z
    .array(
      z.object({
        name: z.string(),
        version: z.string().regex(/^\d+\.\d+\.\d+$/),
        path: z.string().startsWith('/norm/'),
        mediaType: z.string(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1),
});

async function published(t: Trial) {
  const answer = await t.client.call({ path: '/norm/index.json', by: null });
  const { documents } = read(answer, indexSchema);
  return Promise.all(
    documents.map(async (listed) => ({
      listed,
      served: await t.client.call({ path: listed.path, by: null }),
    })),
  );
}

const NAMES = [
  'openapi',
  'item',
  'chains',
  'application',
  'acknowledgement',
  'case-progress',
  'correction-notice',
  'case-result',
  'interaction-state',
  'problem',
  'reply',
  'reply-refusal',
  'rating',
];

export const normRules: Theme = {
  letter: 'N',
  title: 'The norm as it is published, and every answer by it',
  when: 'last',
  rules: [
    rule(
      'N-01',
      'The index lists every document of the norm with its version and the SHA-256 of its bytes',
      async (t) => {
        const documents = await published(t);
        const names = documents.map(({ listed }) => listed.name);
        same(
          NAMES.filter((name) => !names.includes(name)),
          [],
          'documents that are missing',
        );
        for (const { listed, served } of documents) {
          hasStatus(served, 200);
          same(
            createHash('sha256').update(served.text).digest('hex'),
            listed.sha256,
            `the hash of ${listed.name}`,
          );
        }
      },
    ),
    rule('N-02', 'Every schema is JSON Schema 2020-12, and names its version', async (t) => {
      for (const { listed, served } of await published(t)) {
        if (listed.name === 'openapi') continue;
        const schema = z.looseObject({ $schema: z.string(), $id: z.string() }).safeParse(served.json);
        holds(schema.success, `a schema with $schema and $id: ${listed.name}`, toldAnswer(served));
        same(
          schema.data?.$schema,
          'https://json-schema.org/draft/2020-12/schema',
          `$schema of ${listed.name}`,
        );
        holds(
          schema.data?.$id.endsWith(`:${listed.version}`) ?? false,
          `the version ${listed.version} in $id`,
          schema.data?.$id,
        );
        try {
          // Strict: a keyword that is unknown, or has no effect where it stands, is a fault.
          ajv().compile(schema.data ?? {});
        } catch (error) {
          throw new Broken(
            `${listed.name} to be a valid schema`,
            error instanceof Error ? error.message : String(error),
          );
        }
      }
    }),
    rule(
      'N-03',
      'The OpenAPI document is of version 3.1, has every call of the norm, and says who may make it',
      async (t) => {
        const operations = operationsOf(await openApi(t));
        const listed = operations.map(({ method, template }) => `${method} ${template}`);
        const calls = normCalls.map(({ method, template }) => `${method} ${template}`);
        same(
          calls.filter((call) => !listed.includes(call)),
          [],
          'calls that are missing',
        );
        for (const { id, method, template, who } of normCalls) {
          const found = operations.find((each) => each.method === method && each.template === template);
          same(found?.security?.toSorted(), who.toSorted(), `who may call ${id}:`);
        }
      },
    ),
    rule('N-04', 'Every answer is described in the OpenAPI document, and valid by its schema', async (t) => {
      const document = await openApi(t);
      const operations = operationsOf(document);
      const judge = answerJudge(document);
      eachIs(apiExchanges(t), 'answers as the document describes them', (exchange) => {
        const operation = operationFor(operations, exchange);
        // What is no call of the norm was asked on purpose.
        if (operation === undefined)
          return exchange.answer.status < 400 ? 'the document has no such call' : null;
        return judge(operation, exchange.answer.status, exchange.answer.json);
      });
    }),
    rule('N-05', 'Every good answer is valid by the norm’s own schema', (t) => {
      const templates = normCalls.map((call) => ({ ...call, answers: {}, security: null }));
      eachIs(
        apiExchanges(t).filter(({ answer }) => answer.status === 200),
        'answers of the norm’s form',
        (exchange) => {
          const found = operationFor(templates, exchange);
          const call = templates.find((each) => each === found);
          if (call === undefined) return 'the norm has no such call';
          const parsed = call.output.safeParse(exchange.answer.json);
          if (parsed.success) return null;
          const [issue] = parsed.error.issues;
          return `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`;
        },
      );
    }),
    rule(
      'N-06',
      'Every refusal is a problem document (RFC 9457) with code, and its status is the answer’s',
      (t) => {
        eachIs(everyError(t), 'application/problem+json with type, title, status and code', ({ answer }) => {
          const type = answer.headers['content-type'] ?? 'no content-type';
          if (!/^application\/problem\+json\b/.test(type)) return type;
          const parsed = problemSchema.safeParse(answer.json);
          if (!parsed.success) return toldAnswer(answer);
          return parsed.data.status === answer.status ? null : toldAnswer(answer);
        });
      },
    ),
    rule('N-07', 'One code has one title and one status, wherever it comes', (t) => {
      const known = new Map<string, string>();
      eachIs(everyError(t), 'one title and status for each code', ({ answer }) => {
        const parsed = problemSchema.safeParse(answer.json);
        if (!parsed.success) return null;
        const { code, title, status, type } = parsed.data;
        const says = JSON.stringify({ type, title, status });
        const before = known.get(code) ?? says;
        known.set(code, before);
        return before === says ? null : `${says}, before ${before}`;
      });
    }),
    rule(
      'N-08',
      'No refusal shows a trace, a path or a statement of the platform’s own, and none is a failure (5xx)',
      (t) => {
        eachIs(everyError(t), 'refusals that tell nothing of the inside', ({ answer }) => {
          if (answer.status >= 500 && answer.status !== 501) return toldAnswer(answer);
          return /node_modules|\bat .+:\d+:\d+|\.(ts|js|java|py):\d+|SELECT .+ FROM|INSERT INTO/.test(
            answer.text,
          )
            ? toldAnswer(answer)
            : null;
        });
      },
    ),
    rule(
      'N-09',
      'A 401 says how to sign (WWW-Authenticate, RFC 9110), and no refusal names a person',
      (t) => {
        eachIs(everyError(t), 'WWW-Authenticate with each 401, and nobody’s name or number', ({ answer }) => {
          if (answer.status === 401 && answer.headers['www-authenticate'] === undefined)
            return 'no WWW-Authenticate';
          const named = t.maker.people.some(
            ({ number, name }) => answer.text.includes(number) || answer.text.includes(name),
          );
          return named ? 'a person' : null;
        });
      },
    ),
    rule(
      'N-10',
      'No answer is kept by anybody in between (no-store), or taken for something else (nosniff)',
      (t) => {
        eachIs(
          apiExchanges(t),
          'Cache-Control: no-store and X-Content-Type-Options: nosniff',
          ({ answer }) => {
            if (!/\bno-store\b/.test(answer.headers['cache-control'] ?? '')) return 'no no-store';
            return answer.headers['x-content-type-options'] === 'nosniff' ? null : 'no nosniff';
          },
        );
      },
    ),
  ],
};

function ajv(): Ajv2020 {
  const isDay = (text: string) =>
    /^\d{4}-\d{2}-\d{2}$/.test(text) && isCalendarDate(text.replaceAll('-', ''));
  return new Ajv2020({
    strict: true,
    strictTypes: false,
    formats: { date: isDay, 'date-time': true, uuid: true },
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { evaluationPeriodSchema } from '#contract/evaluation.ts';
import type { TextLanguage } from '#contract/localized.ts';
import type { Clock } from '#contract/ports.ts';
import { chinaDate } from '../cases/working-days.ts';
import { isLetIn } from '../desk/desk-handler.ts';
import type { Tokens } from '../http/tokens.ts';
import { evaluationCsv } from './csv.ts';
import { badPeriodPage, EVALUATION_CSP, evaluationPage } from './page.ts';
import { periodsUntil } from './periods.ts';
import type { Evaluations } from './evaluations.ts';

const PAGE = '/evaluation';
const TABLE = '/evaluation.csv';
export const evaluationPaths: ReadonlySet<string> = new Set([PAGE, TABLE]);

interface Parts {
  readonly evaluations: Evaluations;
  readonly tokens: Tokens;
  readonly clock: Clock;
}

/**
 * `GET /evaluation` and the same as a table: `from` and `until` as days, `lang=en`; for who may open the desk's page. `false`: another one is
 * being worked out, and nothing was answered.
 */
export async function serveEvaluation(
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, searchParams: query }: URL,
  { evaluations, tokens, clock }: Parts,
): Promise<boolean> {
  if (!isLetIn(request, response, query, tokens)) return true;
  const language: TextLanguage = query.get('lang') === 'en' ? 'en' : 'zh';
  const nowMs = clock.now();
  const [usual] = periodsUntil(chinaDate(nowMs));
  const asked = evaluationPeriodSchema.safeParse({
    from: query.get('from') ?? usual.from,
    until: query.get('until') ?? usual.until,
  });
  if (!asked.success) {
    sendPage(response, 400, badPeriodPage(language));
    return true;
  }
  const evaluation = await evaluations.read(asked.data, nowMs);
  if (evaluation === null) return false;
  if (pathname === PAGE) {
    sendPage(response, 200, evaluationPage(evaluation, language));
    return true;
  }
  const { from, until } = evaluation;
  const table = evaluationCsv(evaluation, language);
  response.writeHead(200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="evaluation-${from}-${until}.csv"`,
    'content-length': Buffer.byteLength(table),
  });
  response.end(table);
  return true;
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': EVALUATION_CSP,
    'content-length': Buffer.byteLength(html),
  });
  response.end(html);
}

import type { Answer, SignedInVisit } from '../answer.ts';
import { readCaseView, type CaseView } from '../cases/case-view.ts';
import { isInScope, scopeOf } from '../cases/scope.ts';
import { writeDown } from '../write-down.ts';
import { errorPage, notFound } from './errors.ts';

/** The case of the address, for an official of its unit; else what is answered in its place. */
export async function openCase(visit: SignedInVisit): Promise<CaseView | { readonly refused: Answer }> {
  const { parts, nowMs, named, session } = visit;
  const caseNo = named['caseNo'] ?? '';
  if (!/^[A-Za-z0-9-]{1,50}$/.test(caseNo)) return { refused: notFound(visit) };
  const view = await readCaseView({ ...parts, nowMs }, caseNo);
  if (view === null) return { refused: notFound(visit) };
  const scope = scopeOf(parts.catalogue, session.official.unitCode);
  const handedTo = view.events.findLast((event) => event.handedTo !== null)?.handedTo?.zh ?? null;
  if (isInScope(scope, { ...view.submission, handedTo })) return view;
  await writeDown(visit, 'desk.refused', { caseNo, disposition: 'other-unit' });
  return {
    refused: errorPage(visit, 403, { title: 'error.otherUnit', text: 'error.otherUnit.text' }),
  };
}

import { caseHistory } from '../cases/case-history.ts';
import { wasErased } from '../cases/find-case.ts';
import { forOffices } from './base.ts';

export const readCaseHistory = forOffices.cases.history.handler(async ({ context, input, errors }) => {
  const found = await caseHistory(context, input.caseNo, context.clock.now());
  if (!found) {
    // Its number stays: "erased" and "never was" are different answers.
    if (await wasErased(context.pool, input.caseNo)) throw errors.CASE_ERASED();
    throw errors.NOT_FOUND();
  }
  return found;
});

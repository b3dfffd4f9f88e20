import { caseByNumber } from '../cases/read-cases.ts';
import { wasErased } from '../cases/find-case.ts';
import { forOffices } from './base.ts';

export const getCase = forOffices.cases.get.handler(async ({ context, input, errors }) => {
  const found = await caseByNumber(context.pool, input.caseNo);
  if (!found) {
    // Its number stays: "erased" and "never was" are different answers.
    if (await wasErased(context.pool, input.caseNo)) throw errors.CASE_ERASED();
    throw errors.NOT_FOUND();
  }
  return found;
});

import { caseHistory } from '../cases/case-history.ts';
import { forOffices } from './base.ts';

export const readCaseHistory = forOffices.cases.history.handler(async ({ context, input, errors }) => {
  const found = await caseHistory(context, input.caseNo, context.clock.now());
  if (!found) throw errors.NOT_FOUND();
  return found;
});

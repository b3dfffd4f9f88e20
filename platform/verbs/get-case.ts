import { caseByNumber } from '../cases/read-cases.ts';
import { forOffices } from './base.ts';

export const getCase = forOffices.cases.get.handler(async ({ context, input, errors }) => {
  const found = await caseByNumber(context.pool, input.caseNo);
  if (!found) throw errors.NOT_FOUND();
  return found;
});

import { caseByNumber } from '../cases/read-cases.ts';
import { forDesk } from './base.ts';

export const getCase = forDesk.cases.get.handler(async ({ context, input, errors }) => {
  const found = await caseByNumber(context.pool, input.caseNo);
  if (!found) throw errors.NOT_FOUND();
  return found;
});

import { act } from '../cases/act.ts';
import { unitNamed } from '../cases/heading.ts';
import { departmentOfUnit } from '../departments/department-of-unit.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 转办: to a unit that decides on an item of the catalogue, so that the applicant can be told whom to ask. */
export const handOverCase = forOffices.cases.handOver.handler(async ({ context, input, errors }) => {
  const { caseNo } = input;
  const handedTo = unitNamed(context.catalogue, input.unit);
  if (handedTo === null) {
    throw errors.BAD_REQUEST({ data: { reason: 'unit: no department of the catalogue has this name' } });
  }
  const departmentId = await departmentOfUnit(context.pool, context.catalogue, handedTo.zh);
  const acted = await act(context, { caseNo, verb: 'hand-over', by: byOffice(context) }, () => ({
    facts: { handedTo, ...(departmentId === null ? {} : { departmentId }) },
  }));
  return standingAfter(acted, caseNo, errors);
});

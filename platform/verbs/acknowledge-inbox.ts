import { acknowledge } from '../departments/inbox.ts';
import { forDepartments } from './base.ts';

/** The same mark again, or an earlier one, changes nothing. */
export const acknowledgeInbox = forDepartments.inbox.acknowledge.handler(
  async ({ context, input, errors }) => {
    const cursor = await acknowledge(context.pool, context.departmentId, input.cursor);
    if (cursor === null)
      throw errors.BAD_REQUEST({ data: { reason: 'cursor: the inbox does not reach it' } });
    return { cursor };
  },
);

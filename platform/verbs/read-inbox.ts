import { readInbox } from '../departments/inbox.ts';
import { forDepartments } from './base.ts';

/** When the caller names no limit. */
const PAGE = 100;

export const readOwnInbox = forDepartments.inbox.read.handler(({ context, input }) =>
  readInbox(context.pool, context.departmentId, { after: input.after, limit: input.limit ?? PAGE }),
);

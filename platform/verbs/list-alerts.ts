import { alertLevels } from '#contract/case-choices.ts';
import { standingAlerts } from '../cases/alert-rows.ts';
import { forDesk } from './base.ts';

/** When the caller names no limit. */
const PAGE = 100;

export const listAlerts = forDesk.cases.alerts.handler(({ context, input }) =>
  standingAlerts(context.pool, context.officeDays, {
    limit: input.limit ?? PAGE,
    scope: null,
    levels: alertLevels,
  }),
);

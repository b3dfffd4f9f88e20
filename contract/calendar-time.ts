import { z } from 'zod';

/** ISO 8601 has a year 0, which databases and calendars have not: a day in it could be told and never kept. */
const hasItsYear = (text: string): boolean => !text.startsWith('0000');
const error = 'is in no year';

/** `2026-11-22`, of a request. */
export const givenDaySchema = z.iso.date().refine(hasItsYear, { error });
/** `2026-11-22T09:00:00Z`, of a request; UTC. */
export const givenInstantSchema = z.iso.datetime().refine(hasItsYear, { error });

import { ok } from '#contract/result.ts';
import { api } from '../context.ts';

export const accessWho = api.access.who.handler(({ context }) =>
  ok('who' in context ? context.who : { browser: null, person: null }),
);

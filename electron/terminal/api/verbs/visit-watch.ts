import { watch } from '../../changes.ts';
import { api } from '../context.ts';

export const visitWatch = api.visit.watch.handler(({ context: { visits }, signal }) =>
  watch(visits.changes, () => visits.snapshot(), signal),
);

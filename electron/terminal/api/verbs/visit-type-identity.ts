import { api } from '../context.ts';

export const visitTypeIdentity = api.visit.typeIdentity.handler(({ context: { visits } }) =>
  visits.typeIdentity(),
);

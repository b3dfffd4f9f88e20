import { api } from '../context.ts';

export const visitAcceptCard = api.visit.acceptCard.handler(({ context: { visits } }) => visits.acceptCard());

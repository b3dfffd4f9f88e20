import { api } from '../context.ts';

export const visitTouch = api.visit.touch.handler(({ context: { visits } }) => visits.touch());

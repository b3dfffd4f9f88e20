import { api } from '../context.ts';

export const progressByCard = api.progress.byCard.handler(({ context: { progress } }) => progress.byCard());

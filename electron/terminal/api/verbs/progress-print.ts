import { api } from '../context.ts';

export const progressPrint = api.progress.print.handler(({ context: { progress } }) => progress.print());

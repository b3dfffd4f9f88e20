import { api } from '../context.ts';

export const progressAsk = api.progress.ask.handler(({ context: { progress }, input }) =>
  progress.ask(input),
);

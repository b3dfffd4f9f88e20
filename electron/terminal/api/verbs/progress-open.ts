import { api } from '../context.ts';

export const progressOpen = api.progress.open.handler(({ context: { progress }, input }) =>
  progress.open(input.index),
);

import { api } from '../context.ts';

export const progressCorrect = api.progress.correct.handler(({ context: { progress } }) =>
  progress.correct(),
);

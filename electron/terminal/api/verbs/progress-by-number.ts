import { api } from '../context.ts';

export const progressByNumber = api.progress.byNumber.handler(({ context: { progress } }) =>
  progress.byNumber(),
);

import { ok } from '#contract/result.ts';
import { api } from '../context.ts';

export const speechClips = api.speech.clips.handler(({ context: { clips }, input }) =>
  ok([...clips.ids(input.language)]),
);

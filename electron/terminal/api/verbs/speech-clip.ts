import { ok } from '#contract/result.ts';
import { api } from '../context.ts';

export const speechClip = api.speech.clip.handler(async ({ context: { clips }, input }) => {
  const bytes = await clips.read(input.language, input.id);
  return ok(bytes && Buffer.from(bytes).toString('base64'));
});

import { implement } from '@orpc/server';
import { boardContract } from '#contract/board-api.ts';
import { ok } from '#contract/result.ts';
import type { ClipLibrary } from '../speech/clip-library.ts';
import type { StationQueue } from '../tickets/station-queue.ts';
import { watchQueue } from './with-queue.ts';

/** All that a board reaches. */
export interface BoardContext {
  readonly queue: StationQueue | null;
  readonly clips: ClipLibrary;
}

const api = implement(boardContract).$context<BoardContext>();

export const boardRouter = api.router({
  board: {
    watch: api.board.watch.handler(({ context: { queue }, signal }) =>
      watchQueue(queue, (present) => present.board(), signal),
    ),
  },
  speech: {
    clips: api.speech.clips.handler(({ context: { clips }, input }) => ok([...clips.ids(input.language)])),
    clip: api.speech.clip.handler(async ({ context: { clips }, input }) => {
      const bytes = await clips.read(input.language, input.id);
      return ok(bytes && Buffer.from(bytes).toString('base64'));
    }),
  },
});

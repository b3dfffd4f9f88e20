import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_SCREEN_NEWS_BYTES, screenNewsSchema, type ScreenNews } from '#contract/screen-news.ts';
import { bearerOf, readJson } from '#door/read-json.ts';
import { send } from '#door/send.ts';
import type { CrashNotes } from '#terminal/health/crashes.ts';

/**
 * Takes what the kiosk's session tells of its screen, from whoever has the screen's token: 204 when it is noted.
 */
export async function takeScreenNews(
  request: IncomingMessage,
  response: ServerResponse,
  ports: { readonly isToken: (given: string) => boolean; readonly onNews: (news: ScreenNews) => void },
): Promise<void> {
  const given = bearerOf(request);
  if (request.method !== 'POST' || given === null || !ports.isToken(given)) {
    send(response, request.method === 'POST' ? 401 : 405, {}, '');
    return;
  }
  const read = await readJson(request, MAX_SCREEN_NEWS_BYTES);
  const parsed = screenNewsSchema.safeParse(read);
  if (!parsed.success) {
    send(response, read === 'too-large' ? 413 : 400, { connection: 'close' }, '');
    return;
  }
  ports.onNews(parsed.data);
  send(response, 204, {}, '');
}

/** Into the file that outlives the terminal. */
export function noteScreenNews(news: ScreenNews, crashes: CrashNotes): void {
  switch (news.kind) {
    case 'crash':
      crashes.note('screen', news.reason);
      return;
    case 'out-of-service':
    case 'in-service':
      crashes.outOfService(news.kind === 'out-of-service');
      return;
    default:
      news satisfies never;
  }
}

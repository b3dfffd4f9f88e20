import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_SCREEN_NEWS_BYTES, screenNewsSchema, type ScreenNews } from '#contract/screen-news.ts';
import { send } from '#door/send.ts';
import type { CrashNotes } from '#terminal/health/crashes.ts';

/**
 * Takes what the kiosk's session tells of its screen, from whoever has the screen's token: 204 when it is noted.
 * The http server's own time limit ends a body that does not come.
 */
export async function takeScreenNews(
  request: IncomingMessage,
  response: ServerResponse,
  ports: { readonly isToken: (given: string) => boolean; readonly onNews: (news: ScreenNews) => void },
): Promise<void> {
  const given = /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
  if (request.method !== 'POST' || given === undefined || !ports.isToken(given)) {
    send(response, request.method === 'POST' ? 401 : 405, {}, '');
    return;
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MAX_SCREEN_NEWS_BYTES) {
      send(response, 413, { connection: 'close' }, '');
      return;
    }
  }
  const parsed = screenNewsSchema.safeParse(parsedJson(Buffer.concat(pieces).toString('utf8')));
  if (!parsed.success) {
    send(response, 400, {}, '');
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

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

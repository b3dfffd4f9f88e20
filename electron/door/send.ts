import type { ServerResponse } from 'node:http';
import { securityHeaders } from '#terminal/api/assets.ts';

/** A short answer of a door itself, which nobody keeps; plain text unless the headers say otherwise. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  response.writeHead(status, {
    ...securityHeaders,
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
    ...headers,
  });
  response.end(body);
}

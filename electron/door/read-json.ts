import type { IncomingMessage } from 'node:http';

/** `too-large`: over `mostBytes`; undefined for what is no JSON, of a body that is cut off as well. The server's own time limit ends one that does not come. */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(part as Uint8Array); // a request without encoding gives bytes
      length += bytes.length;
      if (length > mostBytes) return 'too-large';
      parts.push(bytes);
    }
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Null: none was given, or nothing that one of ours looks like. */
export function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer ([A-Za-z0-9_-]{1,64})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

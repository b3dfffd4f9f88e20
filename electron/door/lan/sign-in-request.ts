import type { IncomingMessage } from 'node:http';
import { signInSchema, type SignIn } from '#contract/access.ts';

/** An id of forty characters and a PIN of twelve, and room. */
const MAX_BODY_BYTES = 1_024;

/** What was posted to sign in; nothing of it is ever logged. */
export async function readSignIn(request: IncomingMessage): Promise<SignIn | 'too-large' | 'malformed'> {
  // A form of another page can post no JSON without asking first (Fetch standard, CORS-safelisted request-header).
  if (request.headers['content-type'] !== 'application/json') return 'malformed';
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > MAX_BODY_BYTES) return 'too-large';
      parts.push(part);
    }
    const parsed = signInSchema.safeParse(JSON.parse(Buffer.concat(parts).toString('utf8')));
    return parsed.success ? parsed.data : 'malformed';
  } catch {
    return 'malformed';
  }
}

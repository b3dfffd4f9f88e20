import type { IncomingMessage } from 'node:http';
import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import { problem, type Problem } from './problem.ts';

export type BodyOutcome =
  { readonly kind: 'body'; readonly body: unknown } | { readonly kind: 'problem'; readonly problem: Problem };

/** Reads JSON up to the limit and not a byte more; a request without a body has `undefined`. */
export async function readBody(request: IncomingMessage): Promise<BodyOutcome> {
  if (request.method !== 'PUT' && request.method !== 'POST') return { kind: 'body', body: undefined };
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return refuse('UNSUPPORTED_MEDIA_TYPE', 415, 'The body must be application/json');
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refuse('UNSUPPORTED_MEDIA_TYPE', 415, 'The body must not be compressed');
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_SUBMISSION_BYTES) return tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      // no encoding was set
      bytes += chunk.length;
      if (bytes > MAX_SUBMISSION_BYTES) return tooLarge;
      chunks.push(chunk);
    }
  } catch {
    return refuse('BAD_REQUEST', 400, 'The body broke off');
  }
  return parse(Buffer.concat(chunks));
}

function parse(bytes: Buffer): BodyOutcome {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { kind: 'body', body: JSON.parse(text) };
  } catch {
    return {
      kind: 'problem',
      problem: problem(
        'BAD_REQUEST',
        400,
        'The request is not what the contract says',
        'the body is not JSON in UTF-8',
      ),
    };
  }
}

function refuse(code: string, status: number, message: string): BodyOutcome {
  return { kind: 'problem', problem: problem(code, status, message) };
}

const tooLarge = refuse('PAYLOAD_TOO_LARGE', 413, 'The request is larger than the limit');

import type { IncomingMessage } from 'node:http';
import { MAX_CHUNK_BYTES } from '#contract/attachment.ts';
import { problem, type Problem } from './problem.ts';

export type BodyOutcome =
  | { readonly kind: 'body'; readonly body: unknown; readonly bytes: Uint8Array }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** The methods of the contract whose body counts; another's is not read. */
export function hasBody(request: IncomingMessage): boolean {
  return request.method === 'PUT' || request.method === 'POST';
}

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const OCTETS_TYPE = /^application\/octet-stream\s*(;|$)/i;

/** The one call that takes octets (contract/platform-api.ts, `attachments.append`). */
export const CHUNK_PATH = /^\/v1\/applications\/[^/?]+\/attachments\/[^/?]+\/chunks(\?|$)/;

/**
 * Reads JSON, or the octets of a chunk, up to the limit and not a byte more; a request without a body has
 * `undefined`.
 */
export async function readBody(request: IncomingMessage, maxJsonBytes: number): Promise<BodyOutcome> {
  if (!hasBody(request)) return { kind: 'body', body: undefined, bytes: new Uint8Array() };
  const isChunk = CHUNK_PATH.test(request.url ?? '');
  const type = isChunk ? OCTETS_TYPE : JSON_TYPE;
  if (!type.test(request.headers['content-type'] ?? '')) {
    const wanted = isChunk ? 'application/octet-stream' : 'application/json';
    return refuse('UNSUPPORTED_MEDIA_TYPE', 415, `The body must be ${wanted}`);
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refuse('UNSUPPORTED_MEDIA_TYPE', 415, 'The body must not be compressed');
  }
  const maxBytes = isChunk ? MAX_CHUNK_BYTES : maxJsonBytes;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      // no encoding was set
      bytes += chunk.length;
      if (bytes > maxBytes) return tooLarge;
      chunks.push(chunk);
    }
  } catch {
    return refuse('BAD_REQUEST', 400, 'The body broke off');
  }
  const whole = Buffer.concat(chunks);
  return isChunk ? { kind: 'body', body: octets(whole), bytes: whole } : parse(whole);
}

/** As the contract's schema sees octets. */
function octets(bytes: Buffer<ArrayBuffer>): File {
  return new File([bytes], 'chunk', { type: 'application/octet-stream' });
}

function parse(bytes: Buffer): BodyOutcome {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { kind: 'body', body: JSON.parse(text), bytes };
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

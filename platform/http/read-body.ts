import type { IncomingMessage } from 'node:http';
import type { Problem } from '#contract/problem.ts';
import { hasBody } from './has-body.ts';
import { badRequest, problem } from './problem.ts';
import { parseStrictJson } from './strict-json.ts';

export type BodyOutcome =
  | { readonly kind: 'body'; readonly body: unknown; readonly bytes: Uint8Array }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What a call takes as its body; octets are the bytes of an attachment. */
export type BodyKind = 'json' | 'octets';

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const OCTETS_TYPE = /^application\/octet-stream\s*(;|$)/i;

/**
 * Reads JSON, or the octets of a chunk, up to the limit and not a byte more; a request without a body has
 * `undefined`.
 */
export async function readBody(
  request: IncomingMessage,
  takes: BodyKind,
  maxBytes: number,
): Promise<BodyOutcome> {
  if (!hasBody(request)) return { kind: 'body', body: undefined, bytes: new Uint8Array() };
  const isChunk = takes === 'octets';
  const type = isChunk ? OCTETS_TYPE : JSON_TYPE;
  if (!type.test(request.headers['content-type'] ?? '')) {
    const wanted = isChunk ? 'application/octet-stream' : 'application/json';
    return refuse(problem('UNSUPPORTED_MEDIA_TYPE', { detail: `the body must be ${wanted}` }));
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refuse(problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'the body must not be compressed' }));
  }
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
    return refuse(badRequest('the body broke off'));
  }
  const whole = Buffer.concat(chunks);
  return isChunk ? { kind: 'body', body: octets(whole), bytes: whole } : parse(whole);
}

/** As the contract's schema sees octets. */
function octets(bytes: Buffer<ArrayBuffer>): File {
  return new File([bytes], 'chunk', { type: 'application/octet-stream' });
}

function parse(bytes: Buffer): BodyOutcome {
  const parsed = parseStrictJson(bytes);
  return parsed.ok ? { kind: 'body', body: parsed.value, bytes } : refuse(badRequest(parsed.fault));
}

function refuse(refusal: Problem): BodyOutcome {
  return { kind: 'problem', problem: refusal };
}

const tooLarge = refuse(problem('PAYLOAD_TOO_LARGE'));

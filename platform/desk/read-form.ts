import type { IncomingMessage } from 'node:http';

/** A notice of sixty entries, each with its words in two languages, URL-encoded. */
export const MAX_FORM_BYTES = 786_432;
/** Of whoever shows no session: a name, a password, and what a hidden field carries. */
export const MAX_STRANGERS_FORM_BYTES = 65_536;
const MAX_FIELDS = 600;

export type ReadForm =
  | { readonly kind: 'form'; readonly values: URLSearchParams }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'wrong' };

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** A form of ours as a browser sends it, up to the limit and not a byte more. */
export async function readForm(request: IncomingMessage, maxBytes: number): Promise<ReadForm> {
  if (!FORM_TYPE.test(request.headers['content-type'] ?? '')) return { kind: 'wrong' };
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return { kind: 'too-large' };
  const parts: Buffer[] = [];
  let left = maxBytes;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      // no encoding was set
      left -= part.length;
      if (left < 0) return { kind: 'too-large' };
      parts.push(part);
    }
    return toValues(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)));
  } catch {
    return { kind: 'wrong' };
  }
}

function toValues(text: string): ReadForm {
  const values = new URLSearchParams();
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1;
    if (count > MAX_FIELDS || name.length > 200) return { kind: 'wrong' };
    // Neither can be stored, and a browser sends neither.
    if (value.includes('\0') || !value.isWellFormed()) return { kind: 'wrong' };
    // A browser sends CRLF for a line's end; what is typed is counted and stored as people see it.
    values.append(name, value.replaceAll('\r\n', '\n'));
  }
  return { kind: 'form', values };
}

import { z } from 'zod';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';

/**
 * What may come from a screen, over a MessagePort or a WebSocket: one JSON text per message, in oRPC's envelope, within the
 * size limit. The RPC handler decodes without a catch (an unparsable message would be an unhandled
 * rejection, and end the process), so everything is checked before it gets there.
 */
const id = z.union([z.string().max(64), z.number()]);
const request = z.object({
  i: id,
  t: z.literal(1).optional(),
  p: z.object({
    u: z
      .string()
      .max(200)
      .regex(/^\/[\w/-]+$/),
    // A body in another form than JSON (a file, a form) has no place in the terminal's API.
    h: z.object({}).strict().optional(),
    m: z.literal('POST').optional(),
    b: z.unknown().optional(),
  }),
});
const streamItem = z.object({ i: id, t: z.literal(3), p: z.object({ e: z.string().max(20) }) });
const abort = z.object({ i: id, t: z.literal(4) });
const envelope = z.union([request, streamItem, abort]);

export type MessageRefusal = 'api.too-large' | 'api.malformed';

export type Judged =
  /** `procedure`: what it calls, `/staff/parked/list`; null for what goes on with an earlier call. */
  | { readonly ok: true; readonly text: string; readonly procedure: string | null }
  | { readonly ok: false; readonly code: MessageRefusal };

export function judgeMessage(data: unknown): Judged {
  if (typeof data !== 'string') return { ok: false, code: 'api.malformed' };
  // Characters first: a text of more UTF-16 units than the limit has more bytes, and need not be measured.
  if (data.length > MAX_API_MESSAGE_BYTES || Buffer.byteLength(data) > MAX_API_MESSAGE_BYTES) {
    return { ok: false, code: 'api.too-large' };
  }
  try {
    const parsed = envelope.safeParse(JSON.parse(data));
    if (!parsed.success) return { ok: false, code: 'api.malformed' };
    const { p } = { p: null, ...parsed.data };
    return { ok: true, text: data, procedure: p !== null && 'u' in p ? p.u : null };
  } catch {
    return { ok: false, code: 'api.malformed' };
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto';

export type Caller =
  | { readonly kind: 'terminal'; readonly terminalId: string }
  | { readonly kind: 'desk' }
  | { readonly kind: 'unknown' };

export interface Tokens {
  /** Who sent this `Authorization` header. */
  callerOf(authorization: string | undefined): Caller;
  isDeskToken(token: string): boolean;
  isDeskCookie(value: string): boolean;
  /** What a browser keeps instead of the token; the same on every node. */
  readonly deskCookie: string;
}

/**
 * Tokens are compared as keyed digests: the key is random per process, so that neither the look-up's time
 * nor the comparison's tells anything about a token that is nearly right.
 */
export function tokens(
  terminalTokens: Readonly<Record<string, string>>,
  deskToken: string,
  digestKey: Uint8Array,
): Tokens {
  const digest = (text: string) => createHmac('sha256', digestKey).update(text).digest();
  const terminals = new Map(
    Object.entries(terminalTokens).map(([token, terminalId]) => [digest(token).toString('hex'), terminalId]),
  );
  const desk = digest(deskToken);
  const deskCookie = createHmac('sha256', deskToken).update('yizhan desk cookie').digest('hex');
  const isDeskToken = (token: string) => timingSafeEqual(digest(token), desk);
  return {
    callerOf: (authorization) => {
      const token = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return { kind: 'unknown' };
      if (isDeskToken(token)) return { kind: 'desk' };
      const terminalId = terminals.get(digest(token).toString('hex'));
      return terminalId === undefined ? { kind: 'unknown' } : { kind: 'terminal', terminalId };
    },
    isDeskToken,
    isDeskCookie: (value) => timingSafeEqual(digest(value), digest(deskCookie)),
    deskCookie,
  };
}

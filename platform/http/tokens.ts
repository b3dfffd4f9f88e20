import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Tokens {
  /** Whether this `Authorization` header is the desk's. */
  isDesk(authorization: string | undefined): boolean;
  isDeskToken(token: string): boolean;
  isDeskCookie(value: string): boolean;
  /** What a browser keeps instead of the token; the same on every node. */
  readonly deskCookie: string;
}

/**
 * Tokens are compared as keyed digests: the key is random per process, so that the comparison's time tells nothing
 * about a token that is nearly right.
 */
export function tokens(deskToken: string, digestKey: Uint8Array): Tokens {
  const digest = (text: string) => createHmac('sha256', digestKey).update(text).digest();
  const desk = digest(deskToken);
  const deskCookie = createHmac('sha256', deskToken).update('yizhan desk cookie').digest('hex');
  const isDeskToken = (token: string) => timingSafeEqual(digest(token), desk);
  return {
    isDesk: (authorization) => {
      const token = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization ?? '')?.[1];
      return token !== undefined && isDeskToken(token);
    },
    isDeskToken,
    isDeskCookie: (value) => timingSafeEqual(digest(value), digest(deskCookie)),
    deskCookie,
  };
}

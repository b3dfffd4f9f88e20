import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Tokens {
  /** Whether this `Authorization` header is the desk's. */
  isDesk(authorization: string | undefined): boolean;
  isDeskToken(token: string): boolean;
  /** Whether this `Authorization` header may read the metrics; never where none was set. */
  isMetrics(authorization: string | undefined): boolean;
  isDeskCookie(value: string): boolean;
  /** What a browser keeps instead of the token; the same on every node. */
  readonly deskCookie: string;
}

/**
 * Tokens are compared as keyed digests: the key is random per process, so that the comparison's time tells nothing
 * about a token that is nearly right.
 */
export function tokens(deskToken: string, metricsToken: string | null, digestKey: Uint8Array): Tokens {
  const digest = (text: string) => createHmac('sha256', digestKey).update(text).digest();
  const desk = digest(deskToken);
  const deskCookie = createHmac('sha256', deskToken).update('yizhan desk cookie').digest('hex');
  const isDeskToken = (token: string) => timingSafeEqual(digest(token), desk);
  const bearer = (authorization: string | undefined) =>
    /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization ?? '')?.[1] ?? null;
  const metrics = metricsToken === null ? null : digest(metricsToken);
  return {
    isDesk: (authorization) => {
      const token = bearer(authorization);
      return token !== null && isDeskToken(token);
    },
    isMetrics: (authorization) => {
      const token = bearer(authorization);
      return token !== null && metrics !== null && timingSafeEqual(digest(token), metrics);
    },
    isDeskToken,
    isDeskCookie: (value) => timingSafeEqual(digest(value), digest(deskCookie)),
    deskCookie,
  };
}

import type { IncomingMessage } from 'node:http';
import type { Signers } from '../identity/caller.ts';
import type { SignedRequest } from '../identity/verify-signature.ts';
import { hasBody } from './has-body.ts';

/** RFC 3986 §3.2.2 as far as anybody uses it: what is not a name and a port could move the path that is verified. */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * The request as the terminal signed it: its authority and path are those that it asked for, which a proxy in
 * front may have changed; then `publicUrl` says them. Null when there is nothing to verify: no signature,
 * or a Host that is none.
 */
export function signedRequest(request: IncomingMessage, publicUrl: string | null): SignedRequest | null {
  const { headers, url, method } = request;
  if (headers['signature'] === undefined && headers['signature-input'] === undefined) return null;
  const host = headers.host ?? '';
  if (publicUrl === null && !HOST.test(host)) return null;
  return {
    method: method ?? '',
    url: (publicUrl ?? `http://${host}`) + (url ?? '/'),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    hasBody: hasBody(request),
  };
}

/** By the path: a call about keys is signed by a key that nobody knows yet. */
export function signersOf(pathname: string): Signers {
  if (pathname === '/v1/terminals/enrol') return 'newcomer';
  if (pathname === '/v1/terminals/key') return 'terminal-and-newcomer';
  return 'terminal';
}

import { APP_SCHEME } from './origin.ts';

/**
 * May the window fetch this? The second wall behind the Content-Security-Policy: no request of the window
 * leaves the machine, whatever the policy, a redirect or Chromium's own services ask for. `data:` images
 * and `blob:` never pass here with a host.
 */
export function decideRequest(url: string): 'allow' | 'cancel' {
  const protocol = URL.parse(url)?.protocol;
  return protocol === `${APP_SCHEME}:` || protocol === 'data:' || protocol === 'blob:' ? 'allow' : 'cancel';
}

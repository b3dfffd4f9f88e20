/** The addresses inside the window. There are two, and no page of ours ever leads to a third. */

export const APP_SCHEME = 'app';

/** The resident's screen, from dist/renderer. */
export const TERMINAL_HOST = 'terminal';
export const TERMINAL_ORIGIN = `${APP_SCHEME}://${TERMINAL_HOST}`;
export const START_URL = `${TERMINAL_ORIGIN}/`;

/** The out-of-service page: another host, so that it shares neither files nor storage with what crashed. */
export const OUT_OF_SERVICE_HOST = 'out-of-service';
export const OUT_OF_SERVICE_URL = `${APP_SCHEME}://${OUT_OF_SERVICE_HOST}/`;

/**
 * Scheme and host of an address, or null when it does not parse. Not `URL.origin`: Node calls the origin of
 * a scheme that it does not know "null", and Electron's main process parses addresses with Node's URL.
 */
export function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url === null ? null : `${url.protocol}//${url.host}`;
}

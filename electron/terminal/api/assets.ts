/**
 * Serves the built renderer (dist/renderer): a pure request → Response function, so that Electron's app://
 * handler and the Node host's http server give exactly the same bytes and headers, and a test needs neither.
 */

/** Reads a file of the built renderer; `path` is relative with `/`, already checked. Null when there is none. */
export type ReadAsset = (path: string) => Promise<Uint8Array<ArrayBuffer> | null>;

/**
 * Nothing that is not named here loads. `'self'` in connect-src covers ws: of the same host in Chromium
 * (CSP Level 3, section 6.7.2.8), so the same policy serves app:// and the Node host. No eval, no inline
 * script or style: Vue templates are compiled at build time.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A kiosk page needs almost none of the browser's powers; what it does need is given back by name. */
const deniedFeatures = [
  'accelerometer',
  'autoplay',
  'camera',
  'clipboard-read',
  'clipboard-write',
  'display-capture',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'window-management',
  'xr-spatial-tracking',
] as const;

/** Features that the pages themselves may use: prompts sound without a touch, and papers are photographed. */
const ownFeatures: ReadonlySet<string> = new Set(['autoplay', 'camera']);

/** On every answer, also on errors. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': deniedFeatures
    .map((feature) => `${feature}=(${ownFeatures.has(feature) ? 'self' : ''})`)
    .join(', '),
};

/**
 * The allow-list by kind of file. What is missing is missing on purpose: source maps (.map) stay off the
 * air, and nothing is ever served as a guessed type.
 */
const contentTypes: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
  ['txt', 'text/plain; charset=utf-8'],
  ['bin', 'application/octet-stream'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['ico', 'image/x-icon'],
  ['woff', 'font/woff'],
  ['woff2', 'font/woff2'],
]);

/** Where Vite puts files whose name carries their hash: those never change, everything else may. */
const HASHED_FOLDER = 'assets/';
const MAX_PATH_CHARS = 256;
const START_PAGE = 'index.html';

/** Letters, digits, `_` and `-`, with single dots inside: no hidden file, no `..`, no encoded anything. */
const SEGMENT = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

export interface AssetPath {
  readonly path: string;
  readonly contentType: string;
}

/**
 * The file that an address means, or null when it may not be asked for. An address without an extension
 * is a page of the router, so a reload on any page finds the start page again.
 */
export function assetPath(pathname: string): AssetPath | null {
  if (pathname.length > MAX_PATH_CHARS) return null;
  const path = pathname.replace(/^\//, '');
  if (path === '') return page(START_PAGE);
  // Checked as it was sent: our own files need no percent-encoding, so an encoded address is not ours,
  // and nothing has to be decoded once, or twice.
  if (!path.split('/').every((segment) => SEGMENT.test(segment))) return null;
  const extension = /\.([a-z0-9]+)$/.exec(path)?.[1];
  if (extension === undefined) {
    return path.startsWith(HASHED_FOLDER) || path.includes('.') ? null : page(START_PAGE);
  }
  const contentType = contentTypes.get(extension);
  return contentType === undefined ? null : { path, contentType };
}

/** What is asked for, as far as it matters here; a `Request` takes neither every method nor every address that a client can send. */
export interface AssetRequest {
  readonly method: string;
  /** As a URL parser gives it. */
  readonly pathname: string;
}

export async function serveAsset(request: AssetRequest, readFile: ReadAsset): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refusal(405, 'Method Not Allowed', { allow: 'GET, HEAD' });
  }
  const asset = assetPath(request.pathname);
  const bytes = asset && (await readFile(asset.path));
  if (!asset || !bytes) return refusal(404, 'Not Found', {});
  return new Response(request.method === 'HEAD' ? null : bytes, {
    status: 200,
    headers: {
      ...securityHeaders,
      'content-type': asset.contentType,
      'content-length': String(bytes.byteLength),
      'cache-control': asset.path.startsWith(HASHED_FOLDER)
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
    },
  });
}

function page(path: string): AssetPath {
  return { path, contentType: 'text/html; charset=utf-8' };
}

function refusal(status: number, sentence: string, headers: Readonly<Record<string, string>>): Response {
  return new Response(sentence, {
    status,
    headers: {
      ...securityHeaders,
      ...headers,
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    },
  });
}

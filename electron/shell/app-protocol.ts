import type { CustomScheme } from 'electron';
import { securityHeaders, serveAsset, type ReadAsset } from '#terminal/api/assets.ts';
import { APP_SCHEME, OUT_OF_SERVICE_HOST, TERMINAL_HOST } from './origin.ts';

/**
 * `app:` behaves like https: (a real origin, fetch, modules, workers) without a port that the LAN could
 * reach, and without the extra powers of file:. Registered before `ready`, as Electron demands.
 */
export const appScheme: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: {
    standard: true,
    secure: true,
    supportFetchAPI: true,
    codeCache: true,
    bypassCSP: false,
    allowServiceWorkers: false,
    corsEnabled: false,
    stream: false,
    allowExtensions: false,
  },
};

export interface AppFolders {
  /** dist/renderer: the screens. */
  readonly renderer: ReadAsset;
  /** dist/shell/out-of-service: two static files that need neither script nor terminal. */
  readonly outOfService: ReadAsset;
}

export async function handleAppRequest(request: Request, folders: AppFolders): Promise<Response> {
  const target = URL.parse(request.url);
  const asked = { method: request.method, pathname: target?.pathname ?? '' };
  switch (target?.host) {
    case TERMINAL_HOST:
      return serveAsset(asked, folders.renderer);
    case OUT_OF_SERVICE_HOST:
      return serveAsset(asked, folders.outOfService);
    default:
      return new Response('Not Found', { status: 404, headers: { ...securityHeaders } });
  }
}

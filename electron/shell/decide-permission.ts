import { TERMINAL_ORIGIN } from './origin.ts';

/**
 * Powers of the browser that the terminal's pages have. None yet: the camera comes with the face check, as
 * `'media'`, and only for this origin. Anything that Chromium invents later is denied without being named.
 */
const grantedPermissions: ReadonlySet<string> = new Set<string>();

export interface PermissionAttempt {
  readonly permission: string;
  /** Scheme and host of the asking page, as `originOf` gives it. */
  readonly origin: string | null;
}

export function decidePermission({ permission, origin }: PermissionAttempt): boolean {
  return origin === TERMINAL_ORIGIN && grantedPermissions.has(permission);
}

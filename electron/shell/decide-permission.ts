import { TERMINAL_ORIGIN } from './origin.ts';

/**
 * The one power of the browser that the terminal's pages have: to photograph papers. Electron calls camera and
 * microphone `media` alike, so what is asked for decides, and the microphone is never part of it. Anything that
 * Chromium invents later is denied without being named.
 */
const MEDIA = 'media';

export interface PermissionAttempt {
  readonly permission: string;
  /** Scheme and host of the asking page, as `originOf` gives it. */
  readonly origin: string | null;
  /** Kinds of media that are asked for; empty where it is not about media, or nobody says. */
  readonly media: readonly string[];
}

export function decidePermission({ permission, origin, media }: PermissionAttempt): boolean {
  return (
    origin === TERMINAL_ORIGIN &&
    permission === MEDIA &&
    media.length > 0 &&
    media.every((kind) => kind === 'video')
  );
}

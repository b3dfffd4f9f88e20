import { originOf, TERMINAL_ORIGIN } from './origin.ts';

export interface NavigationAttempt {
  readonly url: string;
  readonly isMainFrame: boolean;
}

/**
 * May the page go there? Only within the terminal's own origin, and only in the main frame: the pages use
 * no frames. `javascript:`, `data:`, `blob:`, `file:` and the web all end here.
 */
export function decideNavigation({ url, isMainFrame }: NavigationAttempt): 'allow' | 'deny' {
  return isMainFrame && originOf(url) === TERMINAL_ORIGIN ? 'allow' : 'deny';
}

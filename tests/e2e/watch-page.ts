import type { Page } from '@playwright/test';

const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

/**
 * Whatever no page of ours may do: call another machine, break its Content-Security-Policy, write an error
 * to the console, throw. The list that is returned grows while the page lives.
 */
export function watchPage(page: Page): readonly string[] {
  const offences: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    const isLocal = LOOPBACK.has(url.hostname) || url.protocol === 'data:' || url.protocol === 'blob:';
    if (!isLocal) offences.push(`a request left the machine: ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (!LOOPBACK.has(new URL(socket.url()).hostname)) {
      offences.push(`a WebSocket left the machine: ${socket.url()}`);
    }
  });
  page.on('console', (message) => {
    // Chromium reports each violation of the policy as an error, too.
    if (message.type() === 'error' && !isExpected(message.text())) {
      offences.push(`console: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => offences.push(`uncaught: ${error.message}`));
  return offences;
}

/**
 * What is left of `offences` of a page that may be shut out: the browser says by itself that it was refused, of a
 * resource by its status, of a WebSocket by either of two sentences, as it happens to hear of the 401.
 */
export function withoutRefusals(offences: readonly string[]): string[] {
  return offences.filter((offence) => !/\b401\b|HTTP Authentication failed/.test(offence));
}

/**
 * What the browser says by itself of what is around it: a page whose terminal is away tries again and shows it, and
 * the fonts that it was about to load ahead of their use may be refused as well; one whose sound device failed opens
 * it anew with the next sound (renderer/flow/speech/sound-out.ts), and a machine that tests has no device that could
 * not fail.
 */
function isExpected(text: string): boolean {
  return (
    (text.startsWith('WebSocket connection to ') && text.includes('ERR_CONNECTION_REFUSED')) ||
    text === 'Failed to load resource: net::ERR_CONNECTION_REFUSED' ||
    text.startsWith('The AudioContext encountered an error from the audio device')
  );
}

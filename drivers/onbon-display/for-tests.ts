import type { OnbonSettings } from '#contract/queue-display.ts';

/** For tests only: a panel of two lines of twelve Chinese characters, as most halls have it. */
export function onbonPanel(screen: number): OnbonSettings {
  return {
    screen,
    profile: 'bx-6k-yy',
    widthPx: 192,
    heightPx: 32,
    panel: 'one-colour',
    answersCarryScreen: true,
    volume: 7,
    speechSpeed: 5,
    speechRepeats: 0,
  };
}

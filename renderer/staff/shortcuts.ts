import type { TicketVerb, WindowVerb } from '#contract/queue/snapshot.ts';

/** What a key of the console does. `escape` and `choice` are for what is asked in between. */
export type Stroke =
  | { readonly kind: 'verb'; readonly verb: TicketVerb | WindowVerb }
  | { readonly kind: 'choice'; readonly index: number }
  | { readonly kind: 'escape' }
  | { readonly kind: 'find' };

/**
 * By the place of the key and not by what it writes: with a Chinese input method on, the letter keys say `Process`
 * (UI Events, §keyboardevent-code). One hand reaches them all; what cannot be taken back has none.
 */
export const verbKeys = {
  next: { code: 'Space', cap: 'Space' },
  recall: { code: 'KeyR', cap: 'R' },
  serve: { code: 'KeyS', cap: 'S' },
  finish: { code: 'KeyF', cap: 'F' },
  'no-show': { code: 'KeyN', cap: 'N' },
  hold: { code: 'KeyH', cap: 'H' },
  transfer: { code: 'KeyT', cap: 'T' },
  'walk-in': { code: 'KeyW', cap: 'W' },
  undo: { code: 'KeyU', cap: 'U' },
  'pause-window': { code: 'KeyP', cap: 'P' },
  'resume-window': { code: 'KeyP', cap: 'P' },
} as const satisfies Partial<Record<TicketVerb | WindowVerb, { code: string; cap: string }>>;

/** Answers whoever calls at a kiosk: I am coming; and when I am: done. On every page of the console. */
export const helpKey = { code: 'KeyG', cap: 'G' } as const;

export function isHelpKey({ code, repeat, withModifier, focus }: KeyPress): boolean {
  return code === helpKey.code && !repeat && !withModifier && focus !== 'field';
}

export function capOf(verb: TicketVerb | WindowVerb): string | null {
  return verb in verbKeys ? verbKeys[verb as keyof typeof verbKeys].cap : null; // `in` has just said so
}

export interface KeyPress {
  readonly code: string;
  readonly repeat: boolean;
  readonly withModifier: boolean;
  /** What the focus is on: a key in a field is text, and Space on a control is that control's. */
  readonly focus: 'field' | 'control' | 'page';
}

/** `offered`: what may be done now. A verb that is not offered is nothing: the key of another one must not be pressed in its stead. */
export function strokeOf(
  { code, repeat, withModifier, focus }: KeyPress,
  { offered, isChoosing }: { readonly offered: readonly string[]; readonly isChoosing: boolean },
): Stroke | null {
  // A key that is held down, or that is the browser's, calls nobody.
  if (repeat || withModifier) return null;
  if (code === 'Escape') return { kind: 'escape' };
  if (focus === 'field') return null;
  if (isChoosing) {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
    return digit === undefined ? null : { kind: 'choice', index: Number(digit) - 1 };
  }
  if (code === 'Slash' || code === 'NumpadDivide') return { kind: 'find' };
  if (code === 'Space' && focus === 'control') return null;
  for (const [verb, key] of Object.entries(verbKeys)) {
    // Object.entries forgets the keys' type.
    if (key.code === code && offered.includes(verb))
      return { kind: 'verb', verb: verb as keyof typeof verbKeys };
  }
  return null;
}

import type { KeyPress } from './shortcuts.ts';

/** What the console has to know of a key that was pressed. */
export function keyPressOf(event: KeyboardEvent): KeyPress {
  return {
    code: event.code,
    repeat: event.repeat,
    withModifier: event.ctrlKey || event.altKey || event.metaKey,
    focus: focusOf(event.target),
  };
}

function focusOf(target: EventTarget | null): KeyPress['focus'] {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.matches('input, textarea, select')) return 'field';
  return target.matches('button, a, [tabindex="0"]') ? 'control' : 'page';
}

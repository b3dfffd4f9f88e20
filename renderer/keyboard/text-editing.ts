/**
 * Edits a field's value at its caret. Offsets are UTF-16 units, as `selectionStart` counts them, but no
 * edit ever splits a surrogate pair: rare names (𬱖) lie outside the basic plane.
 */
export interface TextState {
  readonly value: string;
  readonly selectionStart: number;
  readonly selectionEnd: number;
}

/** Puts the text in place of the selection; what would exceed `maxCharacters` (code points) is left out. */
export function insertText(state: TextState, text: string, maxCharacters: number): TextState {
  const before = state.value.slice(0, wholeOffset(state.value, state.selectionStart));
  const after = state.value.slice(wholeOffset(state.value, state.selectionEnd));
  const room = Math.max(0, maxCharacters - [...before].length - [...after].length);
  const inserted = [...text].slice(0, room).join('');
  return withCaret(before + inserted + after, before.length + inserted.length);
}

/** Deletes the selection, or the character before the caret. */
export function deleteBackward(state: TextState): TextState {
  const start = wholeOffset(state.value, state.selectionStart);
  const end = wholeOffset(state.value, state.selectionEnd);
  const before = state.value.slice(0, start);
  const kept = start === end ? [...before].slice(0, -1).join('') : before;
  return withCaret(kept + state.value.slice(end), kept.length);
}

function withCaret(value: string, caret: number): TextState {
  return { value, selectionStart: caret, selectionEnd: caret };
}

/** An offset within the value, moved to the front of a surrogate pair that it would split. */
function wholeOffset(value: string, offset: number): number {
  const within = Math.min(Math.max(0, offset), value.length);
  const before = value.charCodeAt(within - 1);
  const after = value.charCodeAt(within);
  const splits = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
  return splits ? within - 1 : within;
}

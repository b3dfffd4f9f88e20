import { nextTick, ref, shallowRef } from 'vue';
import { deleteBackward, insertText, type TextState } from '../../keyboard/text-editing.ts';

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** What an empty field says when something was to be deleted from it. */
const DELETED_NOTHING = 'deleted-nothing';

/** Connects the on-screen keyboard with whichever field has the focus: the field stays a real input. */
export function useActiveInput() {
  const active = shallowRef<TextField | null>(null);
  /** The text before the caret, from which the keyboard tells surname from given name. */
  const before = ref('');

  function stateOf(field: TextField): TextState {
    const end = field.value.length;
    return {
      value: field.value,
      selectionStart: field.selectionStart ?? end,
      selectionEnd: field.selectionEnd ?? end,
    };
  }

  function apply(field: TextField, next: TextState): void {
    field.value = next.value;
    field.setSelectionRange(next.selectionStart, next.selectionEnd);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    look();
  }

  function look(): void {
    const field = active.value;
    before.value = field ? field.value.slice(0, stateOf(field).selectionStart) : '';
  }

  return {
    before,
    onFocus: (event: FocusEvent): void => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) {
        active.value = event.target;
        look();
      }
    },
    look,
    focus: (field: TextField | null | undefined): void => {
      void nextTick(() => {
        field?.focus();
        field?.setSelectionRange(field.value.length, field.value.length);
        look();
      });
    },
    insert: (text: string): void => {
      const field = active.value;
      if (field) apply(field, insertText(stateOf(field), text, field.maxLength > 0 ? field.maxLength : 2000));
    },
    backspace: (): void => {
      const field = active.value;
      if (!field) return;
      // In one of several fields that are one answer, deleting goes on in the one before.
      if (field.value === '') field.dispatchEvent(new CustomEvent(DELETED_NOTHING, { bubbles: true }));
      else apply(field, deleteBackward(stateOf(field)));
    },
  };
}

export type ActiveInput = ReturnType<typeof useActiveInput>;

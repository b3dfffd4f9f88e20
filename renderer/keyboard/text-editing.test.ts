import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteBackward, insertText, type TextState } from './text-editing.ts';

const at = (value: string, start: number, end = start): TextState => ({
  value,
  selectionStart: start,
  selectionEnd: end,
});

describe('editing a field', () => {
  it('inserts at the caret and moves it behind the text', () => {
    expect(insertText(at('张国', 1), '建', 10)).toEqual(at('张建国', 2));
  });

  it('puts the text in place of the selection', () => {
    expect(insertText(at('张建国', 1, 3), '三', 10)).toEqual(at('张三', 2));
  });

  it('deletes a character outside the basic plane whole', () => {
    expect(deleteBackward(at('张𬱖', 3))).toEqual(at('张', 1));
  });

  it('deletes the selection, or nothing at the start', () => {
    expect(deleteBackward(at('张建国', 1, 3))).toEqual(at('张', 1));
    expect(deleteBackward(at('张', 0))).toEqual(at('张', 0));
  });

  it('counts the limit in characters, and keeps what fits', () => {
    expect(insertText(at('𬱖', 2), '𬱖𬱖', 2)).toEqual(at('𬱖𬱖', 4));
    expect(insertText(at('张三', 2), '丰', 2)).toEqual(at('张三', 2));
  });

  it('never leaves half a character, wherever the caret is said to be', () => {
    const value = fc.string({ unit: fc.constantFrom('张', '𬱖', 'a', '㛃', '·'), maxLength: 12 });
    const offset = fc.integer({ min: -2, max: 30 });
    fc.assert(
      fc.property(value, offset, fc.nat(6), fc.string({ maxLength: 3 }), (text, start, length, inserted) => {
        const state = at(text, start, start + length);
        for (const next of [
          deleteBackward(state),
          insertText(state, '𬱖', 40),
          insertText(state, inserted, 40),
        ]) {
          expect(next.value.isWellFormed()).toBe(true);
          expect(next.selectionStart).toBe(next.selectionEnd);
          expect(next.value.slice(0, next.selectionStart).isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { waysToType } from './layouts.ts';
import { createTypingMemory } from './typing-memory.ts';

const name = waysToType(['pinyin', 'latin']);
const text = waysToType(['pinyin', 'digits', 'latin']);

describe('the ways to type', () => {
  it('of a field for Chinese are all three, whatever its page knows of them', () => {
    expect(name).toEqual(['pinyin', 'handwriting', 'strokes', 'latin']);
    expect(waysToType(['digits'])).toEqual(['digits']);
  });
});

describe('the way to write Chinese', () => {
  it('is pinyin until another is chosen, and then that in the next field', () => {
    const memory = createTypingMemory();
    expect(memory.firstOf(name)).toBe('pinyin');
    memory.chose('handwriting');
    expect(memory.firstOf(text)).toBe('handwriting');
  });

  it('is not changed by letters or digits that a field needed', () => {
    const memory = createTypingMemory();
    memory.chose('strokes');
    memory.chose('digits');
    expect(memory.firstOf(text)).toBe('strokes');
  });

  it('does not turn up in a field for digits', () => {
    const memory = createTypingMemory();
    memory.chose('handwriting');
    expect(memory.firstOf(['digits'])).toBe('digits');
    expect(memory.firstOf(['id-number'])).toBe('id-number');
  });

  it('ends with the visit', () => {
    const memory = createTypingMemory();
    memory.chose('handwriting');
    memory.forget();
    expect(memory.firstOf(name)).toBe('pinyin');
  });
});

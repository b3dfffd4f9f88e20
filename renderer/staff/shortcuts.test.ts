import { expect, it } from 'vitest';
import { capOf, helpKey, isHelpKey, strokeOf, verbKeys, type KeyPress } from './shortcuts.ts';

const press = (code: string, more: Partial<KeyPress> = {}): KeyPress => ({
  code,
  repeat: false,
  withModifier: false,
  focus: 'page',
  ...more,
});
const all = { offered: ['next', 'recall', 'finish', 'pause-window'], isChoosing: false };

it('each verb has one key, and only pause and its end share theirs', () => {
  const codes = Object.values(verbKeys).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length - 1);
  expect(capOf('next')).toContain('Space');
  expect(capOf('cancel')).toBeNull();
});

it('a key does what is offered, and nothing else', () => {
  expect(strokeOf(press('Space'), all)).toEqual({ kind: 'verb', verb: 'next' });
  expect(strokeOf(press('KeyR'), all)).toEqual({ kind: 'verb', verb: 'recall' });
  expect(strokeOf(press('KeyP'), all)).toEqual({ kind: 'verb', verb: 'pause-window' });
  expect(strokeOf(press('KeyP'), { ...all, offered: ['resume-window'] })).toEqual({
    kind: 'verb',
    verb: 'resume-window',
  });
  expect(strokeOf(press('KeyS'), all)).toBeNull();
  expect(strokeOf(press('KeyQ'), all)).toBeNull();
});

it('a key that is held down calls one person, and a key of the browser calls nobody', () => {
  expect(strokeOf(press('Space', { repeat: true }), all)).toBeNull();
  expect(strokeOf(press('KeyR', { withModifier: true }), all)).toBeNull();
});

it('what is typed in a field is text, and Space on a button is that button’s', () => {
  expect(strokeOf(press('KeyR', { focus: 'field' }), all)).toBeNull();
  expect(strokeOf(press('Escape', { focus: 'field' }), all)).toEqual({ kind: 'escape' });
  expect(strokeOf(press('Space', { focus: 'control' }), all)).toBeNull();
  expect(strokeOf(press('KeyR', { focus: 'control' }), all)).toEqual({ kind: 'verb', verb: 'recall' });
});

it('while something is asked, digits answer it and no verb is done', () => {
  const asked = { ...all, isChoosing: true };
  expect(strokeOf(press('Digit3'), asked)).toEqual({ kind: 'choice', index: 2 });
  expect(strokeOf(press('Numpad1'), asked)).toEqual({ kind: 'choice', index: 0 });
  expect(strokeOf(press('Space'), asked)).toBeNull();
  expect(strokeOf(press('Digit1'), all)).toBeNull();
});

it('one key answers who calls at a kiosk, and no verb has it', () => {
  expect(Object.values(verbKeys).map(({ code }) => code)).not.toContain(helpKey.code);
  expect(isHelpKey(press('KeyG'))).toBe(true);
  expect(isHelpKey(press('KeyG', { focus: 'control' }))).toBe(true);
  expect(isHelpKey(press('KeyG', { focus: 'field' }))).toBe(false);
  expect(isHelpKey(press('KeyG', { repeat: true }))).toBe(false);
  expect(isHelpKey(press('KeyH'))).toBe(false);
});

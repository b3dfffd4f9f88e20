import { describe, expect, it } from 'vitest';
import { listedStatuses, statusMeaning, statusText } from './status.ts';

/** The table of the module's specification: what is done about each status, and what is reported in the end. */
const table = [
  [0x90, 'go-on', 'device.refused'],
  [0x9f, 'go-on', 'device.refused'],
  [0x91, 'go-on', 'device.refused'],
  [0x80, 'find-again', 'card.read-failed'],
  [0x81, 'find-again', 'card.read-failed'],
  [0x41, 'find-again', 'card.read-failed'],
  [0x31, 'retry', 'card.suspicious'],
  [0x32, 'retry', 'card.suspicious'],
  [0x33, 'retry', 'card.suspicious'],
  [0x37, 'retry', 'card.suspicious'],
  [0x3f, 'retry', 'card.read-failed'],
  [0x40, 'give-up', 'card.not-id-card'],
  [0x47, 'retry', 'card.read-failed'],
  [0x10, 'retry', 'device.garbled'],
  [0x11, 'give-up', 'device.refused'],
  [0x21, 'retry', 'device.refused'],
  [0x23, 'give-up', 'device.refused'],
  [0x24, 'retry', 'device.refused'],
  [0x60, 'give-up', 'device.refused'],
  [0x66, 'give-up', 'device.refused'],
] as const;

describe('the status of an answer', () => {
  it.each(table)('%i has its meaning, its action and its fault', (status, action, code) => {
    expect(statusMeaning(status)).toMatchObject({ action, fault: code });
    expect(statusText(status)).not.toContain('unlisted');
  });

  it('is in the list for each code of the table, and for no other', () => {
    expect([...listedStatuses].sort()).toEqual(table.map(([status]) => status).sort());
  });

  it('that no source lists is shown by its number', () => {
    expect(statusText(0x22)).toBe('status 22: unlisted status');
    for (let status = 0; status <= 0xff; status += 1) {
      const hex = status.toString(16).padStart(2, '0').toUpperCase();
      expect(statusText(status)).toMatch(new RegExp(`^status ${hex}: .+`));
      const isListed = table.some(([listed]) => listed === status);
      expect(statusText(status).includes('unlisted'), hex).toBe(!isListed);
    }
  });

  it('has a meaning of its own for each', () => {
    const meanings = listedStatuses.map((status) => statusMeaning(status).meaning);
    expect(new Set(meanings).size).toBe(meanings.length);
  });
});

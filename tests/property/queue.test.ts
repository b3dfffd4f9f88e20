import { expect, it } from 'vitest';
import { playHistories } from '../support/queue-histories.ts';
import { movesOnPage } from '../support/queue-oracle.ts';

it('whatever residents, staff and the line do: no number twice, nobody overtaken or lost, no move but the page’s, and each of those', () => {
  const { seen } = playHistories(300, 20_261_121);
  expect(movesOnPage().filter(({ move }) => !seen.has(move))).toEqual([]);
});

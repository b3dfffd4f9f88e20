import { expect, it } from 'vitest';
import { createReaderUse } from './reader-use.ts';

it('begins to watch anew behind a card for a page that listens on, and takes the reader from no visit', () => {
  const watched: boolean[] = [];
  let isVisitOpen = false;
  const use = createReaderUse({
    devices: { watchCard: (on) => watched.push(on) },
    isVisitOpen: () => isVisitOpen,
  });
  use.again();
  expect(watched).toEqual([]);
  use.begin();
  use.again();
  expect(watched).toEqual([true, false, true]);
  isVisitOpen = true;
  use.again();
  expect(watched).toEqual([true, false, true]);
});

import { openSync } from 'fontkit';
import { expect, test } from 'vitest';
import { pageCharacters, pageFontFile, pageFontWeights } from './page-fonts.ts';

test.each(pageFontWeights)(
  'of the pages without a terminal, weight %i has every character: there may be no other font',
  (weight) => {
    const known = new Set(openSync(pageFontFile(weight)).characterSet);
    expect(pageCharacters().filter((character) => !known.has(character.codePointAt(0) ?? 0))).toEqual([]);
  },
);

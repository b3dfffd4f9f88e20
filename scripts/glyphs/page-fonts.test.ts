import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSync } from 'fontkit';
import { expect, test } from 'vitest';
import { pageCharacters, pageFontFile, pageFontWeights, pagesFolder } from './page-fonts.ts';

test.each(['index.html', 'starting.html'])('%s speaks the three languages of residents', (name) => {
  const html = readFileSync(join(pagesFolder, name), 'utf8');
  for (const said of [
    /<html lang="zh-CN">[^]*<h1>\p{Script=Han}/u,
    /<div lang="en">\s*<h2>\p{Script=Latin}/u,
    /<div lang="ug" dir="rtl">\s*<h2>\p{Script=Arabic}/u,
  ])
    expect(html).toMatch(said);
});

test.each(pageFontWeights)(
  'of the pages without a terminal, weight %i has every character: there may be no other font',
  (weight) => {
    const known = new Set(openSync(pageFontFile(weight)).characterSet);
    expect(pageCharacters().filter((character) => !known.has(character.codePointAt(0) ?? 0))).toEqual([]);
  },
);

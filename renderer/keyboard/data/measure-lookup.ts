/** Prints how long the engine takes, each key of each input being a lookup: `node renderer/keyboard/data/measure-lookup.ts` */
import { readFileSync } from 'node:fs';
import { decodeDictionary } from '../dictionary-format.ts';
import { lookUp, type PinyinQuery } from '../engine.ts';
import { buildLexicon } from '../lexicon.ts';

const inputs: readonly { readonly purpose: PinyinQuery['purpose']; readonly letters: string }[] = [
  { purpose: 'name', letters: 'zhangjianguo' },
  { purpose: 'name', letters: 'wangxiuying' },
  { purpose: 'name', letters: 'ouyangxiaoming' },
  { purpose: 'given-name', letters: 'zhiqiang' },
  { purpose: 'text', letters: 'yi' },
  { purpose: 'text', letters: 'shifoujiehun' },
  { purpose: 'text', letters: 'woyaoshenqinggaolingjintie' },
  { purpose: 'text', letters: 'beijingshichaoyangqujianguolu' },
  { purpose: 'text', letters: 'zhrmghg' },
  { purpose: 'text', letters: 'z'.repeat(64) },
  { purpose: 'text', letters: 'yi'.repeat(32) },
];

const startMs = performance.now();
const text = readFileSync(new URL('dictionary.txt', import.meta.url), 'utf8');
const lexicon = buildLexicon(decodeDictionary(text));
console.log(`load ${(performance.now() - startMs).toFixed(0)} ms`);

for (const round of ['cold', 'warm']) {
  const tookMs: number[] = [];
  for (const { purpose, letters } of inputs) {
    for (let end = 1; end <= letters.length; end += 1) {
      const beganMs = performance.now();
      lookUp(lexicon, { input: letters.slice(0, end), purpose, fuzzy: true, maxCandidates: 600 });
      tookMs.push(performance.now() - beganMs);
    }
  }
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => (tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0).toFixed(1);
  console.log(
    `${round}: ${tookMs.length} lookups, p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} max ${at(1)} ms`,
  );
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateMillimetres, layOutCandidates } from './candidate-pages.ts';

const texts = fc.array(fc.string({ unit: fc.constantFrom('张', '𬱖'), minLength: 1, maxLength: 70 }), {
  maxLength: 60,
});

describe('pages of candidates', () => {
  it('hold every candidate once, in order, in rows no wider than the bar', () => {
    fc.assert(
      fc.property(texts, fc.double({ min: 30, max: 500, noNaN: true }), (list, widthMm) => {
        const pages = layOutCandidates(list, widthMm, 2);
        expect(pages.flat(2).map((cell) => cell.index)).toEqual(list.map((_text, index) => index));
        for (const page of pages) expect(page.length).toBeLessThanOrEqual(2);
        for (const row of pages.flat()) {
          const used = row.reduce((sum, cell) => sum + cell.widthMm, 0);
          expect(used + (row.length - 1) * candidateMillimetres.gap).toBeLessThanOrEqual(widthMm + 1e-6);
        }
      }),
    );
  });

  it('never make a target narrower than a standing finger needs', () => {
    const cells = layOutCandidates(['一', '中国'], 230, 2).flat(2);
    expect(cells.every((cell) => cell.widthMm >= 20)).toBe(true);
  });

  it('stay empty without candidates, and lay out before the bar is measured', () => {
    expect(layOutCandidates([], 230, 2)).toEqual([]);
    expect(layOutCandidates(['一', '二'], 0, 2).flat(2)).toHaveLength(2);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { auditText } from './terminal-audit.ts';

it('what is hashed of a row is its canonical JSON, whatever stands in it', () => {
  const text = fc.string({ unit: 'binary' });
  const rows = fc.record({
    sequence: fc.integer({ min: 1 }),
    atMs: fc.maxSafeInteger(),
    event: text,
    actor: text,
    subject: fc.option(text),
    disposition: text,
    detail: fc.option(text),
  });
  fc.assert(
    fc.property(rows, text, (row, previous) => {
      expect(auditText(row, previous)).toBe(canonicalJson({ ...row, previous }));
    }),
  );
});

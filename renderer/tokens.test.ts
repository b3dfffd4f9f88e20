import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./ui/tokens.css', import.meta.url), 'utf8');

const standard = coloursIn(/:root \{([^}]*)\}/);
const themes = [
  { theme: 'standard', colours: standard },
  { theme: 'contrast', colours: new Map([...standard, ...coloursIn(/~='contrast'\] \{([^}]*)\}/)]) },
];

function coloursIn(block: RegExp): Map<string, string> {
  const [, body = ''] = block.exec(css) ?? [];
  return new Map(
    [...body.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{3,6});/g)].map((m) => [m[1] ?? '', m[2] ?? '']),
  );
}

const pairs: [ink: string, paper: string][] = [
  ['ink', 'paper'],
  ['ink', 'notice'],
  ['ink', 'danger-wash'],
  ['ink-soft', 'paper'],
  ['ink-soft', 'surface'],
  ['ink-soft', 'accent-wash'],
  ['accent', 'paper'],
  ['accent', 'surface'],
  ['accent', 'accent-wash'],
  ['accent-ink', 'accent'],
  ['danger', 'paper'],
  ['danger', 'surface'],
  ['danger', 'danger-wash'],
  ['surface', 'danger'],
  ['notice-ink', 'notice-line'],
  ['ink', 'surface'],
  ['ink', 'accent-wash'],
];

describe.each(themes)('the colours of the theme $theme', ({ colours }) => {
  test.each(pairs)('%s on %s has a contrast of at least 10:1', (ink, paper) => {
    expect(contrast(colour(ink), colour(paper))).toBeGreaterThanOrEqual(10);
  });

  /** WCAG 2.2: borders that say where a control is. */
  test.each([
    ['line-strong', 'paper'],
    ['line-strong', 'surface'],
    ['notice-line', 'notice'],
  ])('%s beside %s has a contrast of at least 3:1', (line, paper) => {
    expect(contrast(colour(line), colour(paper))).toBeGreaterThanOrEqual(3);
  });

  /** It must not be taken for an answer: paler than what is typed, and still easily read. */
  test('what stands in an empty field is paler than the text, and has a contrast of at least 7:1', () => {
    const [placeholder, ink, surface] = [colour('placeholder'), colour('ink'), colour('surface')];
    expect(contrast(placeholder, surface)).toBeGreaterThanOrEqual(7);
    expect(contrast(placeholder, surface)).toBeLessThan(contrast(ink, surface));
  });

  function colour(name: string): string {
    const value = colours.get(name);
    if (value === undefined) throw new Error(`tokens.css has no colour --${name}`);
    return value.length === 4 ? value.replaceAll(/[0-9a-f]/g, '$&$&') : value;
  }
});

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]; // two in, two out
  return (light + 0.05) / (dark + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number]; // three in, three out
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

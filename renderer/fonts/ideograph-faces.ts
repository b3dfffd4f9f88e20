/**
 * Of HanaMin's style sheet, the faces of ideographs alone: its other letters are another font's business. The font's twin in
 * the system is left out, so that a name looks the same on every terminal.
 */
export function ideographFaces(css: string): string {
  const faces = css.match(/@font-face\s*\{[^}]*\}/g) ?? [];
  return faces
    .filter((face) => /url\([^)]*CJK-Unified-Ideographs[^)]*\)/.test(face))
    .map((face) => face.replaceAll(/local\([^)]*\),\s*/g, ''))
    .join('\n');
}

/** Sets --mm: how many CSS px a millimetre of this panel is, from its provisioned size. */
export function applyScreenSize(
  root: HTMLElement,
  screen: { widthMm: number; heightMm: number },
  widthPx: number,
  heightPx: number,
): void {
  root.style.setProperty('--mm', `${pxPerMm(screen, widthPx, heightPx).toFixed(4)}px`);
}

/**
 * The provisioned size is of the panel as it hangs; a page of the other orientation is the same panel
 * turned. Of the two axes the smaller ratio counts, so that nothing is wider than the glass.
 */
export function pxPerMm(
  screen: { widthMm: number; heightMm: number },
  widthPx: number,
  heightPx: number,
): number {
  const isTurned = widthPx > heightPx !== screen.widthMm > screen.heightMm;
  const [widthMm, heightMm] = isTurned
    ? [screen.heightMm, screen.widthMm]
    : [screen.widthMm, screen.heightMm];
  return Math.min(widthPx / widthMm, heightPx / heightMm);
}

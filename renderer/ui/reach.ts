/** The part of the screen's height, from the top, that a hand does not reach from a wheelchair. */
const OUT_OF_REACH = 0.4;
const CONTROLS = 'button, input, label, textarea, select, canvas, a';

/**
 * In the seated mode a page's words stand above, where the eye reaches, and its first control begins where the
 * hand does; those below it come up by scrolling, and none goes higher than it must.
 */
export function keepInReach(content: HTMLElement, column: HTMLElement): void {
  column.style.paddingBlockStart = '';
  if (!document.documentElement.matches("[data-mode~='seated']")) return;
  const first = column.querySelector(CONTROLS);
  if (!first) return;
  const topPx = first.getBoundingClientRect().top + content.scrollTop;
  const missingPx = Math.ceil(innerHeight * OUT_OF_REACH - topPx);
  if (missingPx > 0) column.style.paddingBlockStart = `${missingPx}px`;
}

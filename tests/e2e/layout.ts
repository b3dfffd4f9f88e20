import type { Page } from '@playwright/test';

/** What a standing resident's finger and eye need (ui norms of the terminal), in millimetres and ratios. */
const limits = {
  targetMm: 20,
  /** Keys of a keyboard are many, and each is seen before it is hit. */
  keyMm: 12.7,
  gapMm: 2.54,
  /** Capitals of 3.5 mm, at 0.73 of the size. */
  textMm: 4.8,
  contrast: 10,
  elderLineHeight: 1.3,
  outOfReach: 0.4,
} as const;

/** Every offence of the page as it is drawn, each as a sentence; an empty list is what a test wants. */
export async function layoutOffences(page: Page): Promise<string[]> {
  await drawn(page);
  return page.evaluate((limit) => {
    const root = document.documentElement;
    const mm = parseFloat(getComputedStyle(root).getPropertyValue('--mm'));
    const modes = (root.dataset['mode'] ?? '').split(' ');
    const offences: string[] = [];
    /** Rounding of boxes to device pixels. */
    const ROUNDING_PX = 1.1;

    interface Shown {
      readonly element: Element;
      readonly box: DOMRect;
      readonly isWhole: boolean;
    }
    const nameOf = (element: Element): string => {
      const id = element.getAttribute('data-testid') ?? element.getAttribute('data-key') ?? element.className;
      return `${element.tagName.toLowerCase()}[${String(id)}] "${(element.textContent ?? '').trim().slice(0, 24)}"`;
    };
    const more = document.querySelector('[data-testid="more"]');
    const moreTop = more?.checkVisibility() ? more.getBoundingClientRect().top : Infinity;

    /** The box that a person sees of it: clipped by what scrolls, and by the hint that lies over its end. */
    function shown(element: Element): Shown | null {
      const box = element.getBoundingClientRect();
      let { left, top, right, bottom } = box;
      for (let around = element.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflow === 'visible') continue;
        const clip = around.getBoundingClientRect();
        const end = around.classList.contains('content') ? Math.min(clip.bottom, moreTop) : clip.bottom;
        [left, top] = [Math.max(left, clip.left), Math.max(top, clip.top)];
        [right, bottom] = [Math.min(right, clip.right), Math.min(bottom, end)];
      }
      if (right - left < 1 || bottom - top < 1) return null;
      const isWhole = bottom - top > box.height - 1 && right - left > box.width - 1;
      return { element, box: new DOMRect(left, top, right - left, bottom - top), isWhole };
    }

    const cover = document.querySelector('[aria-modal="true"]');
    const isReachable = (element: Element): boolean =>
      element.checkVisibility({ visibilityProperty: true }) && (cover === null || cover.contains(element));
    const targets = [
      ...document.querySelectorAll('button, label:has(input), input, a, canvas, textarea'),
    ].filter(
      // A radio or tick box is touched by its label, which is measured itself.
      (element) => isReachable(element) && !(element.matches('input') && element.closest('label')),
    );

    for (const element of targets) {
      const { width, height } = element.getBoundingClientRect();
      const needed = element.closest('[role="group"][data-layout]') ? limit.keyMm : limit.targetMm;
      if (width / mm < needed - 0.05 || height / mm < needed - 0.05) {
        offences.push(`small: ${nameOf(element)} ${(width / mm).toFixed(1)}×${(height / mm).toFixed(1)} mm`);
      }
    }

    const seen = targets.map(shown).filter((one) => one !== null);
    seen.forEach((one, index) => {
      for (const other of seen.slice(index + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        // The hint lies over the end of what scrolls; a touch that misses it shows more, and does nothing.
        if ([one.element, other.element].includes(more ?? document.body)) continue;
        const acrossPx = Math.max(one.box.left, other.box.left) - Math.min(one.box.right, other.box.right);
        const downPx = Math.max(one.box.top, other.box.top) - Math.min(one.box.bottom, other.box.bottom);
        const apartPx = Math.max(acrossPx, downPx);
        // What is half scrolled away comes up when somebody wants it.
        if (apartPx > -ROUNDING_PX && !(one.isWhole && other.isWhole)) continue;
        if (apartPx < limit.gapMm * mm - ROUNDING_PX) {
          offences.push(
            `close: ${nameOf(one.element)} and ${nameOf(other.element)} ${(apartPx / mm).toFixed(2)} mm`,
          );
        }
      }
    });

    if (modes.includes('seated')) {
      for (const { element, box } of seen) {
        const scrolledPx = element.closest('.content')?.scrollTop ?? 0;
        if (box.top + scrolledPx < innerHeight * limit.outOfReach - ROUNDING_PX) {
          offences.push(
            `out of reach: ${nameOf(element)} at ${((box.top / innerHeight) * 100).toFixed(0)} %`,
          );
        }
      }
    }

    // Its parts may; a page that is pushed as a whole takes its way back and its help out of sight.
    if (root.scrollHeight > innerHeight + ROUNDING_PX) {
      offences.push(`the page itself scrolls: ${root.scrollHeight} px of ${innerHeight}`);
    }
    for (const scroller of [root, ...document.querySelectorAll('.content')]) {
      if (scroller.checkVisibility() && scroller.scrollWidth > scroller.clientWidth + ROUNDING_PX) {
        offences.push(`scrolls sideways: ${nameOf(scroller).slice(0, 40)} ${scroller.scrollWidth} px`);
      }
    }

    const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string): number => {
      const [r = 0, g = 0, b = 0] = channels(colour).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element: Element): string => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if ((channels(backgroundColor)[3] ?? 1) > 0.99) return backgroundColor;
      }
      return 'rgb(255, 255, 255)';
    };

    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const element = text.parentElement;
      if (!element || (text.textContent ?? '').trim() === '') continue;
      if (!isReachable(element) || element.closest('.visually-hidden')) continue;
      const style = getComputedStyle(element);
      const sizePx = parseFloat(style.fontSize);
      const range = document.createRange();
      range.selectNodeContents(text);
      const lines = [...range.getClientRects()].filter((line) => line.width > 0);

      if (sizePx / mm < limit.textMm) {
        offences.push(`small text: ${nameOf(element)} ${(sizePx / mm).toFixed(1)} mm`);
      }
      const isManyLines = new Set(lines.map((line) => Math.round(line.top))).size > 1;
      if (
        modes.includes('elder') &&
        isManyLines &&
        parseFloat(style.lineHeight) / sizePx < limit.elderLineHeight - 0.01
      ) {
        offences.push(`lines too close: ${nameOf(element)}`);
      }
      const [ink, ground] = [luminance(style.color), luminance(groundOf(element))];
      const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      if (contrast < limit.contrast) offences.push(`pale: ${nameOf(element)} ${contrast.toFixed(1)}:1`);

      const box = element.closest('button, label, h1, h2, p, dd, dt, li')?.getBoundingClientRect();
      for (const line of lines) {
        const sticksOut =
          line.left < -ROUNDING_PX ||
          line.right > innerWidth + ROUNDING_PX ||
          (box && (line.left < box.left - ROUNDING_PX || line.right > box.right + ROUNDING_PX));
        const clipped = [...ancestors(element)].some((around) => {
          const { overflowX, overflowY } = getComputedStyle(around);
          const clip = around.getBoundingClientRect();
          const isCutAcross =
            overflowX !== 'visible' &&
            (line.left < clip.left - ROUNDING_PX || line.right > clip.right + ROUNDING_PX);
          // Half a leading may lie outside; letters may not.
          const isCutDown =
            overflowY === 'hidden' &&
            (line.bottom > clip.bottom + line.height / 4 || line.top < clip.top - line.height / 4);
          return isCutAcross || isCutDown;
        });
        if (sticksOut || clipped) {
          offences.push(`${clipped ? 'clipped' : 'sticks out'}: ${nameOf(element)}`);
          break;
        }
      }
    }

    if (![...document.querySelectorAll('h1')].some((heading) => heading.checkVisibility())) {
      offences.push('no heading');
    }
    return [...new Set(offences)];

    function* ancestors(element: Element): Generator<Element> {
      for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) yield at;
    }
  }, limits);
}

/**
 * Until the next frame is laid out: what came in just now is not moved into reach before (renderer/ui/reach.ts). Not by
 * an animation frame, which a test's own clock takes over.
 */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const observer = new IntersectionObserver(() => {
          observer.disconnect();
          resolve();
        });
        observer.observe(document.documentElement);
      }),
  );
}

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Smallest target in millimetres: below this a finger misses (ui norms of the terminal). */
const SMALLEST_TARGET_MM = 12.7;

/** What every page must keep, whatever stands on it. */
export async function checkPage(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(
      (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`,
    ),
    `axe on ${name}`,
  ).toEqual([]);
  expect(await measure(page), name).toEqual({ tooSmall: [], isWiderThanScreen: false, hasHeading: true });
}

function measure(page: Page) {
  return page.evaluate((smallestMm) => {
    const mm = parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm'));
    const visible = [
      ...document.querySelectorAll<HTMLElement>('button, label:has(input), input, a, canvas'),
    ].filter(
      // A radio or tick box is touched by its label, which is measured itself.
      (element) =>
        element.checkVisibility() && !(element instanceof HTMLInputElement && element.closest('label')),
    );
    const tooSmall = visible
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width / mm < smallestMm - 0.05 || box.height / mm < smallestMm - 0.05)
      .map(
        ({ element, box }) =>
          `${element.outerHTML.slice(0, 90)} ${(box.width / mm).toFixed(1)}×${(box.height / mm).toFixed(1)} mm`,
      );
    return {
      tooSmall,
      isWiderThanScreen: document.documentElement.scrollWidth > innerWidth,
      hasHeading: [...document.querySelectorAll('h1')].some((heading) => heading.checkVisibility()),
    };
  }, SMALLEST_TARGET_MM);
}

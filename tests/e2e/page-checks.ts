import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { layoutOffences } from './layout.ts';

/** What every page must keep, whatever stands on it. */
export async function checkPage(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(
      (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`,
    ),
    `axe on ${name}`,
  ).toEqual([]);
  await checkLayout(page, name);
}

/** What comes a moment after a page moves it; nobody touches it sooner. */
const SETTLES_WITHIN_MS = 1000;

/** The part of it that takes no time worth counting. */
export async function checkLayout(page: Page, name: string): Promise<void> {
  const settled = { message: name, timeout: SETTLES_WITHIN_MS, intervals: [100] };
  await expect.poll(() => layoutOffences(page), settled).toEqual([]);
}

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

/** The part of it that takes no time worth counting. */
export async function checkLayout(page: Page, name: string): Promise<void> {
  expect(await layoutOffences(page), name).toEqual([]);
}

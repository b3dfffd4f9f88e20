import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { takeHeap, type PageHeap } from '../support/heap-snapshot.ts';
import { expect, type Station } from './fixtures.ts';

/**
 * Where a visit could leave something. No whole planted value may be handed to a locator or an assertion about the
 * page: the tools that look at a page keep in it what they were asked to look for.
 */

/** As signature_pad keeps a point, a stroke being numbers and no text. */
export const POINT_OF_A_SIGNATURE = ['x', 'y', 'pressure', 'time'];
/** Messages of the terminal and to it: the heap shows only the beginning of a long string. */
const messages = ['"visitId":', '"confirmedOdd":', '"strokes":'];

export interface Planted {
  /** Each part of a value that would still tell who was here: in memory, document and stores. */
  readonly parts: readonly string[];
  /** Whole values, for the disk: sealed rows are bytes, in which four digits may stand by chance. */
  readonly whole: readonly string[];
}

/** Where each stands, for whoever reads a failure; the people are synthetic. */
function places(heap: PageHeap, values: readonly string[]): string[] {
  return values.flatMap((value) =>
    heap.strings
      .filter((text) => text.includes(value))
      .map((text) =>
        text.slice(Math.max(0, text.indexOf(value) - 40), text.indexOf(value) + value.length + 40),
      ),
  );
}

export function found(heap: PageHeap, values: readonly string[]): string[] {
  return values.filter((value) => heap.strings.some((text) => text.includes(value)));
}

export async function heapOf(page: Page): Promise<PageHeap> {
  const session = await page.context().newCDPSession(page);
  const heap = await takeHeap(session);
  await session.detach();
  return heap;
}

export async function expectNothingLeft(page: Page, station: Station, planted: Planted): Promise<void> {
  const everything = [...planted.parts, ...messages];
  await expect.poll(() => page.workers()).toEqual([]);
  // The tool's own world in the page keeps the text that a regular expression of it last matched: now this page's.
  await expect(page.locator('main').filter({ hasText: /./ })).toHaveCount(1);
  const heap = await heapOf(page);
  expect(places(heap, everything)).toEqual([]);
  expect(heap.objectsWith(POINT_OF_A_SIGNATURE)).toBe(0);
  for (const tag of ['input', 'textarea', 'canvas']) expect(heap.elements(tag), tag).toBe(0);

  const kept = await page.evaluate(async () => ({
    dom: document.documentElement.outerHTML,
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    items: [...Object.entries(localStorage), ...Object.entries(sessionStorage)],
    cookies: document.cookie,
    address: location.pathname + location.search + location.hash,
    state: history.state as unknown,
    windowName: window.name,
  }));
  const { dom, ...stores } = kept;
  expect(everything.filter((value) => dom.includes(value))).toEqual([]);
  expect(stores).toEqual({
    databases: [],
    caches: [],
    items: [],
    cookies: '',
    address: '/',
    state: null,
    windowName: '',
  });
  const cookies = JSON.stringify(await page.context().cookies());
  expect(planted.whole.filter((value) => cookies.includes(value))).toEqual([]);
  expectNotOnDisk(station, planted.whole);
}

/** Of this terminal and its logs. The platform is to have them. */
function expectNotOnDisk(station: Station, whole: readonly string[]): void {
  const names: string[] = [];
  for (const folder of ['terminal', 'logs']) {
    const files = readdirSync(join(station.ready.dataDir, folder), { recursive: true, withFileTypes: true });
    for (const { parentPath, name } of files.filter((entry) => entry.isFile())) {
      names.push(name);
      const bytes = readFileSync(join(parentPath, name));
      const held = whole.filter(
        (value) =>
          bytes.includes(Buffer.from(value, 'utf8')) || bytes.includes(Buffer.from(value, 'utf16le')),
      );
      expect(held, name).toEqual([]);
    }
  }
  expect(names).toEqual(expect.arrayContaining(['terminal.db', 'terminal.log']));
}

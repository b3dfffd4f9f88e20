import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { codeListSchema, namedCalendarSchema, parametersSchema } from '#contract/code-list.ts';
import type { ServiceItem } from '#contract/item.ts';

/** What items name and share: code lists, calendars, the district's numbers. */
export type SharedData = Pick<ServiceItem, 'lists' | 'calendars' | 'parameters'>;

/** Reads `lists/*.json`, `calendars/*.json` and `parameters.json`; throws on a broken one: every item may need it. */
export function readSharedData(dir: string): SharedData {
  const lists = readFolder(join(dir, 'lists'), codeListSchema);
  const calendars = readFolder(join(dir, 'calendars'), namedCalendarSchema);
  return {
    lists: Object.fromEntries(lists.map(({ id, options }) => [id, options])),
    calendars: Object.fromEntries(
      calendars.map(({ id, weekdays, closedOn, openOn }) => [id, { weekdays, closedOn, openOn }]),
    ),
    parameters: readParsed(join(dir, 'parameters.json'), parametersSchema),
  };
}

function readFolder<T>(folder: string, schema: z.ZodType<T>): T[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readParsed(join(folder, name), schema));
}

/** Throws with the file's name where it does not parse. */
export function readParsed<T>(path: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${path}: ${parsed.error.issues[0]?.message ?? 'does not parse'}`);
}

/** Every list, calendar and parameter that a document names, by the keys that name them. */
export function namedIn(document: unknown): Set<string> {
  const named = new Set<string>();
  visit(document, named);
  return named;
}

/** A document comes from JSON.parse of a file of bounded size, so its depth is bounded as well. */
function visit(value: unknown, named: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if ((key === 'optionsFrom' || key === 'calendar') && typeof member === 'string') named.add(member);
    else if (typeof member === 'string' && member.startsWith('param.'))
      named.add(member.slice('param.'.length));
    else visit(member, named);
  }
}

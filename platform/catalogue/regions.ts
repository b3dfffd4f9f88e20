import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { codesAbove, levelOf } from '#contract/region-code.ts';
import { MAX_CHILDREN, MAX_REGION_TEXT, regionSchema, type Region } from '#contract/region.ts';
import { MAX_REGION_TABLE_BYTES, MAX_REGIONS, type RegionTable } from '#contract/region-table.ts';
import { err, ok, type Result } from '#contract/result.ts';

/**
 * `regions.csv`: a line `code,name` for each place, as GB/T 2260 and the ministry's lists have them, in UTF-8 or, as
 * spreadsheets save it here, GB 18030. A first line without a code is a heading.
 */
export const REGIONS_FILE = 'regions.csv';

/** Stands in the lists between a city and its districts, and on nobody's letters. */
const NO_PLACES: ReadonlySet<string> = new Set([
  '市辖区',
  '县',
  '省直辖县级行政区划',
  '自治区直辖县级行政区划',
]);

/** Null without a file. Fault: `regions.broken` with the line and what is wrong with it. */
export function readRegions(path: string): Result<RegionTable | null, Fault> {
  try {
    if (statSync(path).size > MAX_REGION_TABLE_BYTES)
      return broken(`larger than ${String(MAX_REGION_TABLE_BYTES)} bytes`);
    const text = decoded(readFileSync(path));
    return text === null ? broken('is neither UTF-8 nor GB 18030') : parseRegions(text);
  } catch (error) {
    return isAbsent(error) ? ok(null) : broken('cannot be read');
  }
}

/** Fault: `regions.broken`. */
export function parseRegions(text: string): Result<RegionTable, Fault> {
  const byCode = new Map<string, { readonly region: Region; readonly line: number }>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (raw.trim() === '' || (line === 1 && !/\d/.test(raw))) continue;
    const parsed = regionOf(raw);
    if (parsed === null)
      return broken(`line ${String(line)}: expected CODE,NAME with a code of 6, 9 or 12 digits`);
    if (NO_PLACES.has(parsed.name) && parsed.code.length === 6) continue;
    const before = byCode.get(parsed.code);
    if (before)
      return broken(`line ${String(line)}: ${parsed.code} stands in line ${String(before.line)} already`);
    byCode.set(parsed.code, { region: parsed, line });
  }
  if (byCode.size === 0) return broken('holds no place');
  if (byCode.size > MAX_REGIONS) return broken(`more than ${String(MAX_REGIONS)} places`);
  const counts = new Map<string, number>();
  for (const { region, line } of byCode.values()) {
    const above = codesAbove(region.code).find((code) => byCode.has(code)) ?? '';
    if (above === '' && levelOf(region.code) !== 'province')
      return broken(`line ${String(line)}: nothing that ${region.code} could lie in stands in the file`);
    const count = (counts.get(above) ?? 0) + 1;
    if (count > MAX_CHILDREN)
      return broken(
        `line ${String(line)}: more than ${String(MAX_CHILDREN)} places in ${above === '' ? 'the country' : above}`,
      );
    counts.set(above, count);
    if (regionText(region.code, byCode).length > MAX_REGION_TEXT)
      return broken(
        `line ${String(line)}: more than ${String(MAX_REGION_TEXT)} characters with what it lies in`,
      );
  }
  const regions = [...byCode.values()].map(({ region }) => region).sort((a, b) => (a.code < b.code ? -1 : 1));
  const body = canonicalJson(regions);
  if (Buffer.byteLength(body) > MAX_REGION_TABLE_BYTES)
    return broken(`larger than ${String(MAX_REGION_TABLE_BYTES)} bytes as it travels`);
  return ok({ sha256: createHash('sha256').update(body).digest('hex'), regions });
}

function broken(why: string): Result<never, Fault> {
  return err(fault('regions.broken', `${REGIONS_FILE}: ${why}`));
}

/** The statistics office writes every code with twelve digits: 999901000000 is the county 999901. */
function regionOf(raw: string): Region | null {
  const [code = '', name = '', ...more] = raw.split(',').map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
  if (more.some((cell) => cell !== '')) return null;
  const parsed = regionSchema.safeParse({ code: code.replace(/^(\d{6})000000$|^(\d{9})000$/, '$1$2'), name });
  return parsed.success ? parsed.data : null;
}

function regionText(code: string, byCode: ReadonlyMap<string, { readonly region: Region }>): string {
  return [...codesAbove(code), code]
    .filter((each) => each.length === 6)
    .map((each) => byCode.get(each)?.region.name ?? '')
    .join('');
}

function decoded(bytes: Uint8Array): string | null {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The other one, then.
    }
  }
  return null;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

import type pg from 'pg';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { allowedItems, isTerminal, setAllowedItems, type AllowedItems } from './allowed-items.ts';
import type { Catalogue } from './load-catalogue.ts';

export interface ItemsOrder {
  readonly terminalId: string;
  /** `show` changes nothing. */
  readonly set: 'show' | AllowedItems;
}

/**
 * `npm run platform -- items TERMINAL [SLUG… | --all]`: the lines to print, as it is after the change. Faults: those of
 * `setAllowedItems`.
 */
export async function itemsCommand(
  pool: pg.Pool,
  catalogue: Catalogue,
  { terminalId, set }: ItemsOrder,
  nowMs: number,
): Promise<Result<readonly string[], Fault>> {
  if (set === 'show') {
    if (!(await isTerminal(pool, terminalId))) return err(fault('platform.terminal-unknown', terminalId));
  } else {
    const done = await setAllowedItems(pool, catalogue, terminalId, set, nowMs);
    if (!done.ok) return done;
  }
  const allowed = await allowedItems(pool, terminalId);
  if (allowed === null)
    return ok([`${terminalId} may offer all ${String(catalogue.items.size)} items that are published`]);
  const nameOf = (slug: string) => catalogue.items.get(slug)?.item.name.zh ?? '(not published any more)';
  return ok([`${terminalId} may offer`, ...[...allowed].map((slug) => `  ${slug}  ${nameOf(slug)}`)]);
}

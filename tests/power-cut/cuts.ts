import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Disk, layOut } from './disk.ts';
import type { Model } from './fates.ts';
import { Promised } from './marks.ts';
import { readTrace, type DiskCall } from './trace.ts';

export interface CutPlan {
  readonly trace: string;
  /** What the recorded folder held before, as a copy; null when it was empty. */
  readonly initial: string | null;
  readonly models: readonly Model[];
  /** Whether the power is cut behind this call (counted from 0) under this model. */
  readonly isCut: (call: DiskCall, index: number, next: DiskCall | null, model: Model) => boolean;
  /** How often lots are drawn at one cut. */
  readonly draws: number;
  /** A folder that is ours, in which disks are laid out. */
  readonly workFolder: string;
  readonly check: (root: string, promised: Promised) => string | null;
  /** Stops at the first broken promise; the test of the test needs no more. */
  readonly stopAtFirst: boolean;
}

export interface CutReport {
  readonly calls: number;
  readonly cuts: number;
  /** Different disks that were opened: the same one under the same promises is opened once. */
  readonly disks: number;
  readonly received: number;
  readonly broken: readonly string[];
}

/**
 * Lets the power fail behind chosen calls of a trace, under each model, and opens what the disk then holds.
 * Streaming: it holds one disk at a time and no trace.
 */
export async function cutEverywhere(plan: CutPlan): Promise<CutReport> {
  const broken: string[] = [];
  const seen = new Set<string>();
  let calls = 0;
  let cuts = 0;
  let received = 0;
  for (const rule of ['strict', 'ordered'] as const) {
    const models = plan.models.filter((model) => model.rule === rule);
    if (models.length === 0) continue;
    const disk = new Disk(rule, plan.initial);
    const promised = new Promised();
    let index = 0;
    for await (const [call, next] of withNext(readTrace(plan.trace))) {
      disk.apply(call);
      if (call.call === 'mark') promised.hear(call.text);
      for (const model of models) {
        if (!plan.isCut(call, index, next, model)) continue;
        cuts += 1;
        for (let draw = 0; draw < plan.draws; draw += 1) {
          const held = disk.afterCut(model.fate(index * 31 + draw));
          const id = digest(held, promised.count);
          if (seen.has(id)) continue;
          seen.add(id);
          const problem = tryOne(plan, held, promised, seen.size);
          if (problem === null) continue;
          const where = `cut behind call ${index} (${describe(call)}) in ${promised.chapter}`;
          broken.push(`${where}, ${model.name}, draw ${draw}: ${problem}`);
          if (plan.stopAtFirst) return { calls: index, cuts, disks: seen.size, received, broken };
        }
      }
      index += 1;
    }
    calls = index;
    received = promised.received.size;
  }
  return { calls, cuts, disks: seen.size, received, broken };
}

function tryOne(
  plan: CutPlan,
  held: ReadonlyMap<string, Uint8Array | null>,
  promised: Promised,
  number: number,
): string | null {
  const root = join(plan.workFolder, String(number));
  layOut(held, root);
  try {
    return plan.check(root, promised);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function digest(held: ReadonlyMap<string, Uint8Array | null>, promises: number): string {
  const hash = createHash('sha1').update(String(promises));
  for (const [path, bytes] of held) {
    hash.update(`${path}\0${bytes === null ? 'folder' : bytes.length}\0`);
    if (bytes !== null) hash.update(bytes);
  }
  return hash.digest('base64');
}

async function* withNext(
  calls: AsyncIterable<DiskCall>,
): AsyncGenerator<[DiskCall, DiskCall | null], void, void> {
  let before: DiskCall | null = null;
  for await (const call of calls) {
    if (before !== null) yield [before, call];
    before = call;
  }
  if (before !== null) yield [before, null];
}

export function describe(call: DiskCall): string {
  switch (call.call) {
    case 'mark':
      return `mark ${call.text}`;
    case 'open':
    case 'create':
    case 'mkdir':
    case 'unlink':
    case 'rmdir':
      return `${call.call} ${call.path}`;
    case 'rename':
    case 'link':
      return `${call.call} ${call.from} to ${call.to}`;
    case 'write':
      return `write ${call.bytes.length} at ${call.offset}`;
    case 'truncate':
      return `truncate to ${call.length}`;
    case 'sync':
    case 'sync-failed':
      return call.call;
    default:
      return call satisfies never;
  }
}

type FileChange =
  | { readonly change: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly change: 'truncate'; readonly length: number };

/** Decides what of a write reached the disk. */
export interface SectorFate {
  /** The unit that a disk writes whole or not at all, in bytes. */
  readonly sectorBytes: number;
  /** Asked for each sector of each write, and for each truncation, in order. */
  reached(): boolean;
}

/** A file: what a sync has made durable, and the changes since, which only the cache has. */
export class FileOnDisk {
  readonly kind = 'file';
  #durable: Uint8Array = new Uint8Array(0);
  #pending: FileChange[] = [];

  write(offset: number, bytes: Uint8Array): void {
    this.#pending.push({ change: 'write', offset, bytes });
  }

  truncate(length: number): void {
    this.#pending.push({ change: 'truncate', length });
  }

  sync(): void {
    this.#durable = apply(this.#durable, this.#pending);
    this.#pending = [];
  }

  /**
   * Linux tells of a failed write-back once, and takes the pages for clean from then on: what was pending is
   * never written again unless somebody writes it again (Rebello et al., "Can Applications Recover from fsync
   * Failures?", USENIX ATC 2020).
   */
  syncFailed(): void {
    this.#pending = [];
  }

  /** What the disk holds when a fate is dealt to each thing that only the cache had. */
  contents(fate: SectorFate): Uint8Array {
    const kept: FileChange[] = [];
    for (const change of this.#pending) {
      if (change.change === 'truncate') {
        if (fate.reached()) kept.push(change);
      } else kept.push(...sectorsOf(change, fate));
    }
    return apply(this.#durable, kept);
  }
}

function* sectorsOf(
  write: { readonly offset: number; readonly bytes: Uint8Array },
  fate: SectorFate,
): Generator<FileChange> {
  const end = write.offset + write.bytes.length;
  // Sectors are the disk's: a write of a page's header touches the first of its sectors only.
  let from = write.offset;
  while (from < end) {
    const to = Math.min(end, (Math.floor(from / fate.sectorBytes) + 1) * fate.sectorBytes);
    if (fate.reached()) {
      yield {
        change: 'write',
        offset: from,
        bytes: write.bytes.subarray(from - write.offset, to - write.offset),
      };
    }
    from = to;
  }
}

function apply(before: Uint8Array, changes: readonly FileChange[]): Uint8Array {
  if (changes.length === 0) return before;
  let most = before.length;
  for (const change of changes) {
    if (change.change === 'write') most = Math.max(most, change.offset + change.bytes.length);
    else most = Math.max(most, change.length);
  }
  const bytes = new Uint8Array(most);
  bytes.set(before);
  let length = before.length;
  for (const change of changes) {
    if (change.change === 'write') {
      bytes.set(change.bytes, change.offset);
      length = Math.max(length, change.offset + change.bytes.length);
    } else {
      // What grows again later is zeros, as behind any end of a file.
      if (change.length < length) bytes.fill(0, change.length, length);
      length = change.length;
    }
  }
  return bytes.subarray(0, length);
}

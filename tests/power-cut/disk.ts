import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileOnDisk, type SectorFate } from './file-on-disk.ts';
import type { DiskCall } from './trace.ts';

/**
 * When the entries of a folder (names made, moved and removed) are durable.
 * `strict`: only when that folder has been synced; each change since may have reached the disk or not (POSIX).
 * `ordered`: any sync makes all earlier ones durable, and a cut keeps a prefix of the rest, as a journal does (ext4).
 * In both, a rename is one change, durable with either of its folders.
 */
export type EntryRule = 'strict' | 'ordered';

/** What becomes of everything that was not durable. */
export interface Fate extends SectorFate {
  /** For the changes of entries, in order: which of them reached the disk. */
  entries(count: number): readonly boolean[];
}

interface Folder {
  readonly kind: 'folder';
  readonly durable: Map<string, Node>;
  readonly now: Map<string, Node>;
}
type Node = Folder | FileOnDisk;

type EntryChange =
  | { readonly change: 'put'; readonly folder: Folder; readonly name: string; readonly node: Node }
  | { readonly change: 'remove'; readonly folder: Folder; readonly name: string }
  | {
      readonly change: 'move';
      readonly from: Folder;
      readonly name: string;
      readonly folder: Folder;
      readonly to: string;
      readonly node: Node;
    };

/** What a disk would hold: bytes and names that are durable, and those that only the machine's memory has. */
export class Disk {
  readonly #rule: EntryRule;
  readonly #root = newFolder();
  readonly #byInode = new Map<bigint, Node>();
  #pending: EntryChange[] = [];

  /** `initial`: a real folder whose content was durable before the trace began; null for an empty one. */
  constructor(rule: EntryRule, initial: string | null) {
    this.#rule = rule;
    if (initial !== null) load(this.#root, initial);
  }

  apply(call: DiskCall): void {
    switch (call.call) {
      case 'mark':
        return;
      case 'open':
        this.#byInode.set(call.inode, this.#find(call.path) ?? this.#make(call.path, new FileOnDisk()));
        return;
      case 'create':
        this.#byInode.set(call.inode, this.#make(call.path, new FileOnDisk()));
        return;
      case 'mkdir':
        this.#byInode.set(call.inode, this.#make(call.path, newFolder()));
        return;
      case 'write':
        this.#file(call.inode).write(call.offset, call.bytes);
        return;
      case 'truncate':
        this.#file(call.inode).truncate(call.length);
        return;
      case 'sync':
        this.#sync(call.inode);
        return;
      case 'sync-failed': {
        const node = this.#byInode.get(call.inode);
        if (node?.kind === 'file') node.syncFailed();
        return;
      }
      case 'rename': {
        const node = this.#find(call.from);
        if (node === undefined) throw new Error(`the trace renames ${call.from}, which is not there`);
        const from = this.#folderOf(call.from);
        const folder = this.#folderOf(call.to);
        const name = basename(call.from);
        const to = basename(call.to);
        from.now.delete(name);
        folder.now.set(to, node);
        this.#pending.push({ change: 'move', from, name, folder, to, node });
        return;
      }
      case 'link': {
        const node = this.#find(call.from);
        if (node !== undefined) this.#make(call.to, node);
        return;
      }
      case 'unlink':
      case 'rmdir': {
        const folder = this.#folderOf(call.path);
        const name = basename(call.path);
        folder.now.delete(name);
        this.#pending.push({ change: 'remove', folder, name });
        return;
      }
      default:
        call satisfies never;
    }
  }

  /** Everything that a disk would hold by its path, folders with null. */
  afterCut(fate: Fate): Map<string, Uint8Array | null> {
    const entries = new Map<Folder, Map<string, Node>>();
    const entriesOf = (folder: Folder): Map<string, Node> => {
      const known = entries.get(folder) ?? new Map(folder.durable);
      entries.set(folder, known);
      return known;
    };
    const reached = fate.entries(this.#pending.length);
    for (const [index, change] of this.#pending.entries()) {
      if (reached[index]) carryOut(change, entriesOf);
    }
    const found = new Map<string, Uint8Array | null>();
    const walk = (folder: Folder, path: string): void => {
      for (const [name, node] of entriesOf(folder)) {
        const place = path === '' ? name : `${path}/${name}`;
        if (node.kind === 'file') found.set(place, node.contents(fate));
        else {
          found.set(place, null);
          walk(node, place);
        }
      }
    };
    walk(this.#root, '');
    return found;
  }

  #sync(inode: bigint): void {
    const node = this.#byInode.get(inode);
    if (node?.kind === 'file') node.sync();
    const isDurable = (change: EntryChange): boolean =>
      this.#rule === 'ordered' ||
      change.folder === node ||
      (change.change === 'move' && change.from === node);
    for (const change of this.#pending) if (isDurable(change)) carryOut(change, (folder) => folder.durable);
    this.#pending = this.#pending.filter((change) => !isDurable(change));
  }

  #make(path: string, node: Node): Node {
    const folder = this.#folderOf(path);
    const name = basename(path);
    folder.now.set(name, node);
    this.#pending.push({ change: 'put', folder, name, node });
    return node;
  }

  #file(inode: bigint): FileOnDisk {
    const node = this.#byInode.get(inode);
    if (node?.kind !== 'file') throw new Error('the trace writes to a file that it has not opened');
    return node;
  }

  #find(path: string): Node | undefined {
    return path === '' ? this.#root : this.#folderOf(path).now.get(basename(path));
  }

  #folderOf(path: string): Folder {
    const above = dirname(path);
    const node = above === '.' ? this.#root : this.#find(above);
    if (node?.kind !== 'folder') throw new Error(`the trace knows no folder ${above}`);
    return node;
  }
}

function carryOut(change: EntryChange, entriesOf: (folder: Folder) => Map<string, Node>): void {
  switch (change.change) {
    case 'put':
      entriesOf(change.folder).set(change.name, change.node);
      return;
    case 'remove':
      entriesOf(change.folder).delete(change.name);
      return;
    case 'move':
      entriesOf(change.from).delete(change.name);
      entriesOf(change.folder).set(change.to, change.node);
      return;
    default:
      change satisfies never;
  }
}

function newFolder(): Folder {
  return { kind: 'folder', durable: new Map(), now: new Map() };
}

function load(folder: Folder, path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const place = join(path, entry.name);
    let node: Node;
    if (entry.isDirectory()) {
      node = newFolder();
      load(node, place);
    } else {
      node = new FileOnDisk();
      node.write(0, Uint8Array.from(readFileSync(place)));
      node.sync();
    }
    folder.durable.set(entry.name, node);
    folder.now.set(entry.name, node);
  }
}

/** Makes the folder that the disk would hold. */
export function layOut(held: ReadonlyMap<string, Uint8Array | null>, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of held) {
    const place = join(folder, path);
    if (bytes === null) mkdirSync(place, { recursive: true });
    else writeFileSync(place, bytes);
  }
}

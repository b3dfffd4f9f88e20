import { createHash } from 'node:crypto';
import { fault, type Fault } from '#contract/fault.ts';
import {
  MAX_PAGES_OF_A_PAPER,
  MAX_VISIT_PHOTO_BYTES,
  MAX_VISIT_PHOTOS,
  type PhotoDoubt,
} from '#contract/paper.ts';
import { MAX_PHOTO_BYTES, MAX_PHOTO_PART_BYTES } from '#contract/photo-limits.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { jpegSize } from './jpeg.ts';

/** One photographed page, in memory only. */
export interface Photo {
  readonly photoId: string;
  /** JPEG. */
  readonly bytes: Uint8Array;
  /** Lower-case hex SHA-256 of the bytes. */
  readonly sha256: string;
  readonly doubts: readonly PhotoDoubt[];
  /** The application for which it was taken. */
  readonly takenFor: string;
}

export interface PhotoPart {
  /** The paper in all items (contract/form/papers.ts, `paperKey`). */
  readonly key: string;
  readonly applicationId: string;
  readonly photoId: string;
  readonly part: number;
  readonly parts: number;
  readonly bytes: Uint8Array;
  readonly doubts: readonly PhotoDoubt[];
  /** The page that was taken again: the new one comes in its place. */
  readonly replaces: string | null;
}

/**
 * The photographed papers of one visit, by paper and not by item, so that the next item of the visit finds what was
 * photographed for an earlier one. It outlives a draft and never the visit: whoever ends the visit drops this object.
 */
export interface VisitPapers {
  /** The pages of a paper in their order. */
  pagesOf(key: string): readonly Photo[];
  photo(photoId: string): Photo | null;
  canAdd(key: string): boolean;
  /**
   * Takes one part; with the last one the page is there. True then. Faults: `paper.not-a-photo`, `paper.too-large`,
   * `paper.too-many`, `paper.broken-off`; nothing of the page is kept then, and all other pages are.
   */
  receive(part: PhotoPart): Result<boolean, Fault>;
  drop(key: string, photoId: string): void;
  move(key: string, photoId: string, to: number): void;
}

/** A photograph of which parts are still to come: one at a time, as there is one camera page. */
interface Arriving {
  readonly photoId: string;
  readonly parts: Uint8Array[];
  byteCount: number;
}

export function createVisitPapers(): VisitPapers {
  const papers = new Map<string, Photo[]>();
  let arriving: Arriving | null = null;

  const all = (): Photo[] => [...papers.values()].flat();
  const find = (photoId: string): Photo | null => all().find((page) => page.photoId === photoId) ?? null;

  function receive(part: PhotoPart): Result<boolean, Fault> {
    // The answer to its last part was lost, and the page is here already.
    if (find(part.photoId)) return ok(true);
    const taken = take(part);
    if (!taken.ok) arriving = null;
    return taken;
  }

  function take(part: PhotoPart): Result<boolean, Fault> {
    if (arriving?.photoId !== part.photoId) {
      if (part.part !== 0) return err(fault('paper.broken-off', 'the first part is not here'));
      arriving = { photoId: part.photoId, parts: [], byteCount: 0 };
    }
    const { parts } = arriving;
    if (part.part < parts.length) return ok(false);
    if (part.part > parts.length || part.part >= part.parts)
      return err(fault('paper.broken-off', `part ${part.part} after ${parts.length}`));
    if (part.bytes.length === 0 || part.bytes.length > MAX_PHOTO_PART_BYTES)
      return err(fault('paper.not-a-photo', 'a part of a size that no part has'));
    parts.push(part.bytes);
    arriving.byteCount += part.bytes.length;
    if (arriving.byteCount > MAX_PHOTO_BYTES) return err(fault('paper.too-large'));
    if (parts.length < part.parts) return ok(false);
    arriving = null;
    return keep(part, Buffer.concat(parts));
  }

  function keep(part: PhotoPart, bytes: Uint8Array): Result<boolean, Fault> {
    if (jpegSize(bytes) === null) return err(fault('paper.not-a-photo'));
    const others = all().filter(({ photoId }) => photoId !== part.replaces);
    const heldBytes = others.reduce((total, page) => total + page.bytes.length, 0);
    const isFull = others.length >= MAX_VISIT_PHOTOS || heldBytes + bytes.length > MAX_VISIT_PHOTO_BYTES;
    const pages = papers.get(part.key) ?? [];
    const place = pages.findIndex(({ photoId }) => photoId === part.replaces);
    if (isFull || (place < 0 && pages.length >= MAX_PAGES_OF_A_PAPER)) return err(fault('paper.too-many'));
    const photo: Photo = {
      photoId: part.photoId,
      bytes,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      doubts: part.doubts,
      takenFor: part.applicationId,
    };
    papers.set(part.key, place < 0 ? [...pages, photo] : pages.with(place, photo));
    return ok(true);
  }

  return {
    pagesOf: (key) => papers.get(key) ?? [],
    photo: find,
    canAdd: (key) => (papers.get(key)?.length ?? 0) < MAX_PAGES_OF_A_PAPER && all().length < MAX_VISIT_PHOTOS,
    receive,
    drop: (key, photoId) => {
      papers.set(
        key,
        (papers.get(key) ?? []).filter((page) => page.photoId !== photoId),
      );
    },
    move: (key, photoId, to) => {
      const pages = papers.get(key) ?? [];
      const moved = pages.find((page) => page.photoId === photoId);
      if (moved) papers.set(key, pages.filter((page) => page !== moved).toSpliced(to, 0, moved));
    },
  };
}

/**
 * The same papers as far as they are this person's: what was photographed for one applicant is never there for another,
 * who comes to stand at the same screen in the same visit.
 */
export function papersOfPerson(all: VisitPapers, personNumber: string): VisitPapers {
  const own = (key: string): string => `${personNumber} ${key}`;
  return {
    pagesOf: (key) => all.pagesOf(own(key)),
    photo: all.photo,
    canAdd: (key) => all.canAdd(own(key)),
    receive: (part) => all.receive({ ...part, key: own(part.key) }),
    drop: (key, photoId) => {
      all.drop(own(key), photoId);
    },
    move: (key, photoId, to) => {
      all.move(own(key), photoId, to);
    },
  };
}

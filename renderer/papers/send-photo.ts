import type { PhotoDoubt } from '#contract/paper.ts';
import { MAX_PHOTO_PART_BYTES } from '#contract/photo-limits.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';

export interface PhotoToSend {
  readonly paperId: string;
  readonly photoId: string;
  readonly jpeg: Uint8Array;
  readonly doubts: readonly PhotoDoubt[];
  /** The page that it was taken for again. */
  readonly replaces: string | null;
}

export interface SentPart {
  readonly paperId: string;
  readonly photoId: string;
  readonly part: number;
  readonly parts: number;
  readonly data: string;
  readonly doubts: PhotoDoubt[];
  readonly replaces: string | null;
}

/** Hands a photograph to the terminal in parts that fit a message, each after the other was taken. */
export async function sendPhoto(
  { jpeg, doubts, ...photo }: PhotoToSend,
  attach: (part: SentPart) => Promise<Result<null>>,
): Promise<Result<null>> {
  const parts = Math.max(1, Math.ceil(jpeg.length / MAX_PHOTO_PART_BYTES));
  for (let part = 0; part < parts; part += 1) {
    const bytes = jpeg.subarray(part * MAX_PHOTO_PART_BYTES, (part + 1) * MAX_PHOTO_PART_BYTES);
    const done = await attach({ ...photo, part, parts, data: base64Of(bytes), doubts: [...doubts] });
    if (!done.ok) return done;
  }
  return ok(null);
}

/** Arguments of one call; more of them overflow the engine's stack. */
const PIECE = 8192;

export function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(binary);
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

import type { PhotoDoubt } from '#contract/paper.ts';
import type { Quad } from './picture.ts';

/** What a page and its Worker say to each other. A bitmap is handed over, not copied: nobody else has it then. */
export type PaperQuery =
  | { readonly id: number; readonly kind: 'look'; readonly frame: ImageBitmap }
  | { readonly id: number; readonly kind: 'take'; readonly frame: ImageBitmap };

export type PaperAnswer =
  | { readonly id: number; readonly kind: 'seen'; readonly view: PaperView }
  | { readonly id: number; readonly kind: 'taken'; readonly page: TakenPage }
  | { readonly id: number; readonly kind: 'failed' };

/** What the camera sees of a paper at this moment; corners in shares of the frame's sides. */
export interface PaperView {
  readonly quad: Quad | null;
  readonly isCutOff: boolean;
  /** A frame without light: a lid, or a sensor that sends nothing. */
  readonly isBlack: boolean;
}

export interface TakenPage {
  /** JPEG of the paper alone, straight; of the whole frame where no edges were found. */
  readonly jpeg: ArrayBuffer;
  readonly width: number;
  readonly height: number;
  readonly doubts: readonly PhotoDoubt[];
}

export function isPaperAnswer(data: unknown): data is PaperAnswer {
  return typeof data === 'object' && data !== null && 'kind' in data && 'id' in data;
}

import type { Stroke } from './geometry.ts';
import { buildTemplates, recognise, type HandwritingTemplates } from './handwriting.ts';
import { buildStrokeOrders, findByStrokeOrder, type StrokeOrders } from './stroke-order.ts';
import type { StrokeCharacter } from './stroke-format.ts';

/** A hand that needs more strokes or points than this writes no character: the most is 48 strokes. */
export const MAX_WRITTEN_STROKES = 48;
export const MAX_POINTS_OF_A_STROKE = 400;

export type StrokesQuery =
  | {
      readonly kind: 'handwriting';
      /** In the order of writing, in any unit. */
      readonly strokes: readonly Stroke[];
      readonly maxCandidates: number;
    }
  | {
      readonly kind: 'stroke-order';
      /** Signs of `strokeKinds`, and ANY_STROKE. */
      readonly pattern: string;
      readonly maxCandidates: number;
    };

export interface StrokesAnswer {
  /** Likeliest first. */
  readonly characters: readonly string[];
}

export interface StrokeIndex {
  readonly templates: HandwritingTemplates;
  readonly orders: StrokeOrders;
}

export function buildStrokeIndex(characters: readonly StrokeCharacter[]): StrokeIndex {
  return { templates: buildTemplates(characters), orders: buildStrokeOrders(characters) };
}

export function lookUpStrokes({ templates, orders }: StrokeIndex, query: StrokesQuery): StrokesAnswer {
  switch (query.kind) {
    case 'handwriting': {
      const strokes = query.strokes
        .slice(0, MAX_WRITTEN_STROKES)
        .map((stroke) => stroke.slice(0, MAX_POINTS_OF_A_STROKE));
      return { characters: recognise(templates, strokes, query.maxCandidates) };
    }
    case 'stroke-order':
      return { characters: findByStrokeOrder(orders, query.pattern, query.maxCandidates) };
    default: {
      const never: never = query;
      return never;
    }
  }
}

import type { PinyinAnswer, PinyinQuery } from './engine.ts';

/** To the Worker. */
export interface LookUpMessage {
  readonly id: number;
  readonly query: PinyinQuery;
}

/** From the Worker; `ready` and `no-dictionary` come once, unasked. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'no-dictionary' }
  | { readonly type: 'answer'; readonly id: number; readonly answer: PinyinAnswer };

/**
 * The Worker's script is our own, from the same build, so the form of a message needs no schema; this tells
 * a foreign message (a browser extension, a debugger) from ours.
 */
export function isWorkerMessage(data: unknown): data is WorkerMessage {
  return typeof data === 'object' && data !== null && 'type' in data;
}

export function isLookUpMessage(data: unknown): data is LookUpMessage {
  return typeof data === 'object' && data !== null && 'id' in data && 'query' in data;
}

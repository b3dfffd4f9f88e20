/** To a Worker. */
export interface LookUpMessage<Query> {
  readonly id: number;
  readonly query: Query;
}

/** From a Worker; `ready` and `no-data` come once, unasked. The answer is for its asker to know. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'no-data' }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown };

/**
 * The Workers' scripts are our own, from the same build, so the form of a message needs no schema; this tells
 * a foreign message (a browser extension, a debugger) from ours.
 */
export function isWorkerMessage(data: unknown): data is WorkerMessage {
  return typeof data === 'object' && data !== null && 'type' in data;
}

export function isLookUpMessage<Query>(data: unknown): data is LookUpMessage<Query> {
  return typeof data === 'object' && data !== null && 'id' in data && 'query' in data;
}

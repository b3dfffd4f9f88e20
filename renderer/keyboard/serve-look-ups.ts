import { isLookUpMessage, type LookUpMessage, type WorkerMessage } from './worker-messages.ts';

const FETCH_TIMEOUT_MS = 15_000;

/** One file that the Worker answers from. It is an asset of its own, so that it is no part of the first screen. */
export interface LookUpData<Data> {
  readonly url: string;
  /** Anything larger under its address is not ours. */
  readonly maxChars: number;
  /** Throws on a text that is something else. */
  readonly parse: (text: string) => Data;
}

/** The Worker's side of worker-client.ts: loads the data, then answers each question. */
export function serveLookUps<Data, Query>(
  scope: DedicatedWorkerGlobalScope,
  source: LookUpData<Data>,
  lookUp: (data: Data, query: Query) => unknown,
): void {
  const post = (message: WorkerMessage) => {
    scope.postMessage(message);
  };
  let loaded: { readonly data: Data } | null = null;
  /** The last question asked while the data were still loading; older ones have no reader any more. */
  let waiting: LookUpMessage<Query> | null = null;

  function answer({ id, query }: LookUpMessage<Query>, data: Data): void {
    post({ type: 'answer', id, answer: lookUp(data, query) });
  }

  scope.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isLookUpMessage<Query>(data)) return;
    if (loaded === null) waiting = data;
    else answer(data, loaded.data);
  });

  load(source).then(
    (data) => {
      loaded = { data };
      post({ type: 'ready' });
      if (waiting !== null) answer(waiting, data);
      waiting = null;
    },
    () => {
      post({ type: 'no-data' });
    },
  );
}

async function load<Data>({ url, maxChars, parse }: LookUpData<Data>): Promise<Data> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const text = await response.text();
  if (text.length > maxChars) throw new Error(`${url}: too large`);
  return parse(text);
}

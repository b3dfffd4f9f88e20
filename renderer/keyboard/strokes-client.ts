import type { Clock } from '#contract/ports.ts';
import type { InjectionKey } from 'vue';
import type { StrokesAnswer, StrokesQuery } from './strokes/look-up.ts';
import { createWorkerClient, type WorkerClient, type WorkerLike } from './worker-client.ts';

export type StrokesClient = WorkerClient<StrokesQuery, StrokesAnswer>;

export const strokesClientKey: InjectionKey<StrokesClient> = Symbol('strokes client');

export function createStrokesClient(
  startWorker: () => WorkerLike<StrokesQuery>,
  clock: Clock,
): StrokesClient {
  return createWorkerClient(startWorker, isStrokesAnswer, faults, clock);
}

const faults = {
  failed: 'keyboard.strokes-failed',
  noData: 'keyboard.strokes-missing',
  silent: 'keyboard.strokes-silent',
} as const;

function isStrokesAnswer(data: unknown): data is StrokesAnswer {
  return typeof data === 'object' && data !== null && 'characters' in data;
}

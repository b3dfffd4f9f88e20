import type { Clock } from '#contract/ports.ts';
import type { InjectionKey } from 'vue';
import type { PinyinAnswer, PinyinQuery } from './engine.ts';
import { createWorkerClient, type WorkerClient, type WorkerLike } from './worker-client.ts';

export type PinyinClient = WorkerClient<PinyinQuery, PinyinAnswer>;

export const pinyinClientKey: InjectionKey<PinyinClient> = Symbol('pinyin client');

export function createPinyinClient(startWorker: () => WorkerLike<PinyinQuery>, clock: Clock): PinyinClient {
  return createWorkerClient(startWorker, isPinyinAnswer, faults, clock);
}

const faults = {
  failed: 'keyboard.worker-failed',
  noData: 'keyboard.dictionary-missing',
  silent: 'keyboard.silent',
} as const;

function isPinyinAnswer(data: unknown): data is PinyinAnswer {
  return typeof data === 'object' && data !== null && 'syllables' in data && 'candidates' in data;
}

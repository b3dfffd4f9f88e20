import { parentPort, workerData } from 'node:worker_threads';
import { rasteriseSlice } from './slices.ts';

// What make.ts gives: names of slices.
const slices = workerData as readonly string[];
parentPort?.postMessage(slices.map(rasteriseSlice));

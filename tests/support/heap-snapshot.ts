import type { CDPSession } from '@playwright/test';
import { z } from 'zod';

/** What of V8's format is needed here: rows of numbers, the names of a row's fields, and the strings they name. */
const fileSchema = z.object({
  snapshot: z.object({
    meta: z.object({
      node_fields: z.array(z.string()),
      node_types: z.tuple([z.array(z.string())], z.unknown()),
      edge_fields: z.array(z.string()),
      edge_types: z.tuple([z.array(z.string())], z.unknown()),
    }),
  }),
  nodes: z.array(z.number()),
  edges: z.array(z.number()),
  strings: z.array(z.string()),
});

/** What a page's heap holds once everything is collected that nobody holds. */
export interface PageHeap {
  /** Every string, its first 1024 characters: V8 shows no more of one. */
  readonly strings: readonly string[];
  /** How many objects have all these properties, of any value. */
  objectsWith(properties: readonly string[]): number;
  /** How many DOM elements of this tag there are, in the document or out of it: those keep their values, too. */
  elements(tag: string): number;
  /** The bytes of the largest buffer: a photograph is nothing else. */
  largestBuffer(): number;
}

export async function takeHeap(session: CDPSession): Promise<PageHeap> {
  const chunks: string[] = [];
  const take = ({ chunk }: { chunk: string }): void => {
    chunks.push(chunk);
  };
  session.on('HeapProfiler.addHeapSnapshotChunk', take);
  // Twice: what a finalizer lets go is collected by the second.
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false, captureNumericValue: true });
  session.off('HeapProfiler.addHeapSnapshotChunk', take);
  return heapOf(chunks.join(''));
}

function heapOf(text: string): PageHeap {
  const { snapshot, nodes, edges, strings } = fileSchema.parse(JSON.parse(text));
  const {
    node_fields: fields,
    node_types: types,
    edge_fields: edgeFields,
    edge_types: edgeTypes,
  } = snapshot.meta;
  const field = (name: string): number => fields.indexOf(name);
  const isObject = types[0].indexOf('object');
  const isInternal = edgeTypes[0].indexOf('internal');
  const isProperty = edgeTypes[0].indexOf('property');

  const toNode = edgeFields.indexOf('to_node');
  const nameOfEdge = (edge: number): string =>
    strings[edges[edge + edgeFields.indexOf('name_or_index')] ?? -1] ?? '';
  // V8 keeps an object of each literal's shape beside its code, to make the next one from: no values are in it.
  const templates = new Set<number>();
  for (let edge = 0; edge < edges.length; edge += edgeFields.length) {
    const target = edges[edge + toNode];
    const isTemplate = edges[edge] === isInternal && nameOfEdge(edge) === 'transition_info';
    if (isTemplate && target !== undefined) templates.add(target);
  }

  function countNodes(counts: (at: number, firstEdge: number) => boolean): number {
    let count = 0;
    let edge = 0;
    for (let at = 0; at < nodes.length; at += fields.length) {
      if (counts(at, edge)) count += 1;
      edge += (nodes[at + field('edge_count')] ?? 0) * edgeFields.length;
    }
    return count;
  }
  return {
    strings,
    objectsWith: (properties) =>
      countNodes((at, firstEdge) => {
        if (nodes[at + field('type')] !== isObject || templates.has(at)) return false;
        const missing = new Set(properties);
        const end = firstEdge + (nodes[at + field('edge_count')] ?? 0) * edgeFields.length;
        for (let edge = firstEdge; edge < end && missing.size > 0; edge += edgeFields.length) {
          if (edges[edge] === isProperty) missing.delete(nameOfEdge(edge));
        }
        return missing.size === 0;
      }),
    largestBuffer: () => {
      let largest = 0;
      for (let at = 0; at < nodes.length; at += fields.length) {
        const name = strings[nodes[at + field('name')] ?? -1] ?? '';
        if (name.includes('ArrayBufferData'))
          largest = Math.max(largest, nodes[at + field('self_size')] ?? 0);
      }
      return largest;
    },
    elements: (tag) =>
      countNodes((at) =>
        new RegExp(`^(Detached )?<${tag}[ >]`).test(strings[nodes[at + field('name')] ?? -1] ?? ''),
      ),
  };
}

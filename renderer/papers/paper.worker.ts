/// <reference lib="webworker" />
import { MAX_PHOTO_BYTES } from '#contract/photo-limits.ts';
import type { PaperAnswer, PaperQuery } from './paper-messages.ts';
import type { Picture } from './picture.ts';
import { look, takePage } from './take-page.ts';

/** Text stays clean, and an A4 page stays below 1 MB; the second is for a page that is all photograph. */
const QUALITIES = [0.85, 0.6] as const;

// A dedicated Worker's own scope; the lib names both kinds of scope in one file.
const scope = self as unknown as DedicatedWorkerGlobalScope;

scope.addEventListener('message', (event: MessageEvent<PaperQuery>) => {
  void answer(event.data);
});

async function answer(query: PaperQuery): Promise<void> {
  try {
    const frame = pixelsOf(query.frame);
    if (query.kind === 'look') {
      say({ id: query.id, kind: 'seen', view: look(frame) }, []);
      return;
    }
    const { page, doubts } = takePage(frame);
    const jpeg = await jpegOf(page);
    const { width, height } = page;
    say({ id: query.id, kind: 'taken', page: { jpeg, width, height, doubts } }, [jpeg]);
  } catch {
    // What failed (no memory, no canvas) is nothing that a resident can put right; staff check the original.
    say({ id: query.id, kind: 'failed' }, []);
  }
}

function say(message: PaperAnswer, transfer: Transferable[]): void {
  scope.postMessage(message, transfer);
}

function pixelsOf(frame: ImageBitmap): Picture {
  const { width, height } = frame;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.drawImage(frame, 0, 0);
  frame.close();
  return context.getImageData(0, 0, width, height);
}

async function jpegOf(page: Picture): Promise<ArrayBuffer> {
  const canvas = new OffscreenCanvas(page.width, page.height);
  canvas.getContext('2d')?.putImageData(new ImageData(page.data, page.width, page.height), 0, 0);
  let bytes = new ArrayBuffer(0);
  for (const quality of QUALITIES) {
    bytes = await (await canvas.convertToBlob({ type: 'image/jpeg', quality })).arrayBuffer();
    if (bytes.byteLength <= MAX_PHOTO_BYTES) break;
  }
  return bytes;
}

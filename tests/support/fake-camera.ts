import { writeFileSync } from 'node:fs';
import type { Picture } from '../../renderer/papers/picture.ts';

/**
 * Writes frames as the file that Chromium shows as a camera (--use-file-for-fake-video-capture): YUV4MPEG2 with 4:2:0
 * chroma, BT.601 in its studio range, played in a loop.
 */
export function writeFakeCamera(path: string, frames: readonly Picture[], framesPerSecond: number): void {
  const [first] = frames;
  if (!first) throw new Error('a camera needs a frame');
  const header = `YUV4MPEG2 W${first.width} H${first.height} F${framesPerSecond}:1 Ip A1:1 C420\n`;
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from(header),
      ...frames.flatMap((frame) => [Buffer.from('FRAME\n'), planesOf(frame)]),
    ]),
  );
}

function planesOf({ width, height, data }: Picture): Buffer {
  const half = { width: width / 2, height: height / 2 };
  const planes = Buffer.alloc(width * height + 2 * half.width * half.height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const [r = 0, g = 0, b = 0] = data.subarray(pixel * 4, pixel * 4 + 3);
    planes[pixel] = 16 + (65.738 * r + 129.057 * g + 25.064 * b) / 256;
  }
  for (let y = 0; y < half.height; y += 1) {
    for (let x = 0; x < half.width; x += 1) {
      const at = (y * 2 * width + x * 2) * 4;
      const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
      const to = width * height + y * half.width + x;
      planes[to] = 128 + (-37.945 * r - 74.494 * g + 112.439 * b) / 256;
      planes[to + half.width * half.height] = 128 + (112.439 * r - 94.154 * g - 18.285 * b) / 256;
    }
  }
  return planes;
}

/** A JPEG as far as the terminal looks: its segments before the scan say its size, and it ends as one. */
export function smallJpeg(content: number): Uint8Array {
  const bytes = new Uint8Array(400).fill(content);
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0]);
  bytes.set([0xff, 0xc0, 0, 17, 8, 900 >> 8, 900 & 255, 1200 >> 8, 1200 & 255], 8);
  bytes.set([0xff, 0xd9], bytes.length - 2);
  return bytes;
}

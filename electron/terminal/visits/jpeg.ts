import { photoSidePx } from '#contract/photo-limits.ts';

/** Markers of ITU-T T.81, table B.1. */
const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** Frames (SOF0 … SOF15) but the three codes of that range that are tables: DHT, JPG, DAC. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Before the scan; an encoder writes about ten. */
const MAX_SEGMENTS = 64;

/**
 * The size that a JPEG says it has, or null for anything else: another type, cut off, without a frame, or of a size
 * that no page has. Only the segments before the scan are read, so that a picture costs nothing to look at.
 */
export function jpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  const isWhole =
    bytes.length > 4 &&
    bytes[0] === 0xff &&
    bytes[1] === START_OF_IMAGE &&
    bytes.at(-2) === 0xff &&
    bytes.at(-1) === END_OF_IMAGE;
  if (!isWhole) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  for (let segment = 0; segment < MAX_SEGMENTS && at + 9 < bytes.length; segment += 1) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) return null;
    if (isFrame(marker)) {
      const size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
      return isPageSize(size.width) && isPageSize(size.height) ? size : null;
    }
    const length = view.getUint16(at + 2);
    if (length < 2) return null;
    at += 2 + length;
  }
  return null;
}

function isPageSize(sidePx: number): boolean {
  return sidePx >= photoSidePx.min && sidePx <= photoSidePx.max;
}

/** What a photograph may be; apart from the schemas, which the screens do not load. */

/** One photographed page, in bytes: an A4 page at 200 dpi and reading quality stays below 1 MB. */
export const MAX_PHOTO_BYTES = 4_194_304;

/** What one message of the API holds of it, in bytes: base64 of it stays below MAX_API_MESSAGE_BYTES. */
export const MAX_PHOTO_PART_BYTES = 180_000;

/** Sides of a photograph in pixels. The long one of what is sent is never over the largest. */
export const photoSidePx = { min: 160, max: 4000 } as const;

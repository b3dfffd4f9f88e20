import { replaceFile } from '#terminal/store/durable-file.ts';

/** The group of the kiosk's session reads it, another user than the terminal's. */
const READY_FILE_MODE = 0o640;

/** Says to the kiosk's session where its page is entered: the wizard's of a first start, then the terminal's. */
export function announce(
  readyFile: string | null,
  ready: { readonly url: string; readonly resident: string },
): void {
  if (readyFile !== null) replaceFile(readyFile, Buffer.from(JSON.stringify({ ready })), READY_FILE_MODE);
}

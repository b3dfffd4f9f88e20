import { decideInput } from '#contract/kiosk-keys.ts';

/** A kiosk has no menu, no selection, nothing to drag, and no clipboard, which would outlive the visit. */
const notHere = ['contextmenu', 'dragstart', 'drop', 'dragover', 'copy', 'cut', 'paste'] as const;

/** Of a mouse that somebody plugs in: the wheel's button opens and pastes, the two at its side go back and forward. */
const MOST_BUTTONS_OF_A_FINGER = 0;

/**
 * Takes from the browser around the page what a person at the screen could leave it by. In an app window Chromium offers
 * every key to the page before it takes it for its own (`BrowserCommandController::IsReservedCommandOrKey` reserves
 * none there), so that a key that is prevented here opens nothing.
 */
export function lockPage(): void {
  for (const event of notHere) document.addEventListener(event, prevent);
  addEventListener('keydown', preventKey, { capture: true });
  for (const event of ['mousedown', 'mouseup', 'auxclick'] as const)
    addEventListener(event, preventButton, { capture: true });
  addEventListener('wheel', preventZoom, { capture: true, passive: false });
}

function prevent(event: Event): void {
  event.preventDefault();
}

function preventKey(event: KeyboardEvent): void {
  const { key, code, ctrlKey: control, shiftKey: shift, metaKey: meta } = event;
  // AltGr with an arrow goes back as Alt does; with a letter it types.
  const alt = event.altKey || (event.getModifierState('AltGraph') && key.length > 1 && key !== 'AltGraph');
  if (decideInput({ key, code, control, shift, alt, meta }) === 'allow') return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function preventButton(event: MouseEvent): void {
  if (event.button > MOST_BUTTONS_OF_A_FINGER) event.preventDefault();
}

function preventZoom(event: WheelEvent): void {
  if (event.ctrlKey) event.preventDefault();
}

/** For pages that stand on the kiosk's own screen and at windows: only there the host serves plain HTTP, to its own machine. */
export function lockAtKiosk(): void {
  if (location.protocol === 'http:') lockPage();
}

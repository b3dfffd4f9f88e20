import { onUnmounted, ref, watch } from 'vue';
import { browserClock } from '../flow/browser-clock.ts';
import { watchIdle, type IdleState, type IdleWatch } from '../flow/idle-watch.ts';
import { applyScreenSize } from '../ui/millimetres.ts';
import { useStaff } from './staff-store.ts';

/** Without a touch, in seconds. The terminal ends a session by itself after as long as both together. */
const signedIn = { warnAfterSeconds: 90, graceSeconds: 30 };
/** Nobody signs in: the start page is the resident's. */
const atSignIn = { warnAfterSeconds: 45, graceSeconds: 1 };
/** A use of the session, told no more often than this, in milliseconds. */
const TELL_EVERY_MS = 10_000;

/**
 * The console on the kiosk's own screen: sizes for a finger, and a resident's start page behind it, to which it goes
 * back by itself.
 */
export function useAtKiosk() {
  const staff = useStaff();
  /** Seconds until it goes back; null: somebody is there. */
  const secondsLeft = ref<number | null>(null);
  let idle: IdleWatch | null = null;
  let toldMs = Number.NEGATIVE_INFINITY;

  function onIdle(state: IdleState): void {
    if (state.state === 'gone') void staff.signOut();
    secondsLeft.value = state.state === 'warning' && staff.person !== null ? state.secondsLeft : null;
  }

  function onTouch(): void {
    idle?.touched();
    const nowMs = browserClock.monotonicMs();
    if (staff.person === null || nowMs - toldMs < TELL_EVERY_MS) return;
    toldMs = nowMs;
    staff.stay();
  }

  watch(
    () => [staff.isAtKiosk, staff.person !== null] as const,
    ([isAtKiosk, isSignedIn]) => {
      idle?.stop();
      idle = isAtKiosk ? watchIdle(browserClock, isSignedIn ? signedIn : atSignIn, onIdle) : null;
      if (isAtKiosk) document.documentElement.dataset['at'] = 'kiosk';
    },
    { immediate: true },
  );

  function resize(): void {
    if (staff.screen) applyScreenSize(document.documentElement, staff.screen, innerWidth, innerHeight);
  }
  watch(() => staff.screen, resize);
  watch(() => staff.cardsSeen, onTouch);
  addEventListener('resize', resize);
  for (const event of ['pointerdown', 'keydown'] as const)
    addEventListener(event, onTouch, { capture: true });
  onUnmounted(() => {
    idle?.stop();
    removeEventListener('resize', resize);
    for (const event of ['pointerdown', 'keydown'] as const)
      removeEventListener(event, onTouch, { capture: true });
  });

  return { secondsLeft };
}

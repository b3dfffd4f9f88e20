import { inject, onUnmounted, provide, shallowRef, watch, type InjectionKey, type Ref } from 'vue';
import type { TechnicianView } from '#contract/technician-view.ts';
import { useStaff } from '../../staff/staff-store.ts';
import { useStaffWords } from '../../staff/use-staff-words.ts';

const viewKey: InjectionKey<Readonly<Ref<TechnicianView | null>>> = Symbol('view');

/** Anew with each connection: the one before has taken its streams along. Ends with the component. */
export function followWhileSignedIn(begin: () => () => void): void {
  const staff = useStaff();
  let stop: () => void = () => undefined;
  watch(
    () => staff.isConnected && staff.person !== null && staff.person.role !== 'staff',
    (isThere) => {
      stop();
      stop = isThere ? begin() : () => undefined;
    },
    { immediate: true },
  );
  onUnmounted(() => {
    stop();
  });
}

/** For the page itself: what its panels show. */
export function provideView(): Readonly<Ref<TechnicianView | null>> {
  const staff = useStaff();
  const view = shallowRef<TechnicianView | null>(null);
  followWhileSignedIn(() => {
    view.value = null;
    return staff.listen(
      (api, signal) => api.technician.watch(undefined, { signal }),
      (now) => {
        view.value = now;
      },
    );
  });
  provide(viewKey, view);
  return view;
}

/** The view as it is now: panels stand only where there is one. */
export function useView(): Readonly<Ref<TechnicianView | null>> {
  const view = inject(viewKey);
  if (view === undefined) throw new Error('a panel stands on the console’s page');
  return view;
}

const SECOND_MS = 1_000;
const BYTES_PER_KB = 1_024;

/** Words of the console, and how it writes times, ages and sizes. */
export function useConsoleWords() {
  const words = useStaffWords();
  const view = useView();
  const { t, language } = words;
  const say = (key: string, values: Record<string, unknown> = {}): string => t(`technician.${key}`, values);

  function at(ms: number | null): string {
    if (ms === null) return say('never');
    const timeZone = view.value?.clock.timeZone ?? 'Asia/Shanghai';
    const style = { timeZone, dateStyle: 'medium', timeStyle: 'medium' } as const;
    return new Intl.DateTimeFormat(language.value === 'zh' ? 'zh-CN' : 'en-GB', style).format(ms);
  }

  function day(ms: number): string {
    const timeZone = view.value?.clock.timeZone ?? 'Asia/Shanghai';
    return new Intl.DateTimeFormat(language.value === 'zh' ? 'zh-CN' : 'en-GB', {
      timeZone,
      dateStyle: 'medium',
    }).format(ms);
  }

  /** The largest unit that it fills. */
  function span(ms: number): string {
    const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
    if (seconds < 120) return say('span.seconds', { n: seconds });
    const minutes = Math.floor(seconds / 60);
    if (minutes < 120) return say('span.minutes', { n: minutes });
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? say('span.hours', { n: hours }) : say('span.days', { n: Math.floor(hours / 24) });
  }

  function bytes(count: number): string {
    const mb = count / BYTES_PER_KB / BYTES_PER_KB;
    if (mb < 1) return `${Math.ceil(count / BYTES_PER_KB)} KB`;
    return mb < 10_240 ? `${mb.toFixed(mb < 10 ? 1 : 0)} MB` : `${(mb / BYTES_PER_KB).toFixed(0)} GB`;
  }

  return { ...words, tell: say, at, day, span, bytes };
}

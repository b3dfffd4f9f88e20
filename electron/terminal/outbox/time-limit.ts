/**
 * As AbortSignal.timeout, which holds on to its call until the time is over, also when the answer came long
 * before: in a drain, ten seconds of calls.
 */
export function timeLimit(timeoutMs: number): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException('the time limit is over', 'TimeoutError'));
  }, timeoutMs);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
    },
  };
}

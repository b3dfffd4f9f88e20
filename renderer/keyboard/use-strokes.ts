import { computed, inject, onMounted, ref, shallowRef, type Ref } from 'vue';
import type { KeyboardFaultCode } from './faults.ts';
import { strokesClientKey } from './strokes-client.ts';
import type { StrokesQuery } from './strokes/look-up.ts';

export interface StrokeCandidate {
  readonly text: string;
}

/** Candidates for what was written or keyed, and why there are none. */
export function useStrokes(): {
  readonly candidates: Readonly<Ref<readonly StrokeCandidate[]>>;
  readonly faultCode: Readonly<Ref<KeyboardFaultCode | null>>;
  /** True while the last question has no answer yet. */
  readonly isAsking: Readonly<Ref<boolean>>;
  /** `null`: nothing is written any more. */
  ask(query: StrokesQuery | null): Promise<void>;
} {
  const client = inject(strokesClientKey, null);
  const candidates = shallowRef<readonly StrokeCandidate[]>([]);
  const faultCode = ref<KeyboardFaultCode | null>(client === null ? 'keyboard.strokes-failed' : null);
  const asked = ref(0);
  const answered = ref(0);
  onMounted(() => client?.warmUp());

  async function ask(query: StrokesQuery | null): Promise<void> {
    asked.value += 1;
    const mine = asked.value;
    if (client === null || query === null) {
      candidates.value = [];
      answered.value = mine;
      return;
    }
    const result = await client.lookUp(query);
    // The character was chosen, or another stroke came: this answer has no reader any more.
    if (asked.value !== mine || (result.ok && result.value.superseded)) return;
    answered.value = mine;
    if (!result.ok) {
      faultCode.value = result.fault.code;
      candidates.value = [];
    } else if (!result.value.superseded) {
      faultCode.value = null;
      candidates.value = result.value.answer.characters.map((text) => ({ text }));
    }
  }

  return { candidates, faultCode, isAsking: computed(() => asked.value !== answered.value), ask };
}

import type { ContractRouterClient } from '@orpc/contract';
import {
  computed,
  inject,
  provide,
  shallowRef,
  type ComputedRef,
  type InjectionKey,
  type ShallowRef,
} from 'vue';
import type {
  provisioningContract,
  ProvisioningAnswer,
  ProvisioningCommand,
  ProvisioningSnapshot,
} from '#contract/provisioning-api.ts';
import type { ReadinessLine } from '#contract/readiness.ts';
import { browserClock } from '../../flow/browser-clock.ts';
import { keepConnected } from '../../flow/connection.ts';
import { newest } from '../../flow/newest.ts';
import { faultsEn } from '../../locale/faults.en.ts';
import { faultsZh } from '../../locale/faults.zh.ts';
import { provisionEn } from '../../locale/provision.en.ts';
import { provisionZh, type Problem, type ProvisionTexts } from '../../locale/provision.zh.ts';

type Client = ContractRouterClient<typeof provisioningContract>;

export interface ProvisioningPage {
  readonly snapshot: Readonly<ShallowRef<ProvisioningSnapshot | null>>;
  readonly isConnected: Readonly<ShallowRef<boolean>>;
  readonly texts: ComputedRef<ProvisionTexts>;
  /** `busy` too when nobody is there to ask. */
  readonly send: (command: ProvisioningCommand) => Promise<ProvisioningAnswer>;
  /** A device by its kind, and by its window or its id. */
  readonly nameOf: (id: string) => string;
  /** What is wrong and what to do, of a problem of the first start or of a fault. */
  readonly say: (code: string) => Problem;
}

const key: InjectionKey<ProvisioningPage> = Symbol('provisioning');

/** The wizard holds no truth: it shows the last snapshot, and each touch is a command. */
export function provideProvisioning(): ProvisioningPage {
  const snapshot = shallowRef<ProvisioningSnapshot | null>(null);
  const isConnected = shallowRef(false);
  const { api } = keepConnected<Client>(
    browserClock,
    (link) => void follow(link.client).finally(link.giveUp),
    () => {
      isConnected.value = false;
    },
  );

  async function follow(client: Client): Promise<void> {
    let present: ProvisioningSnapshot | null = null;
    try {
      for await (const next of await client.provisioning.watch()) {
        // A program that began anew counts its revisions from the beginning.
        present = newest(present, next);
        snapshot.value = present;
        isConnected.value = true;
      }
    } catch {
      // The connection is gone; the next one shows how far it came.
    }
  }

  const texts = computed(() => (snapshot.value?.language === 'en' ? provisionEn : provisionZh));
  const page: ProvisioningPage = {
    snapshot,
    isConnected,
    texts,
    send: async (command) => {
      try {
        return (await api()?.provisioning.do(command)) ?? 'busy';
      } catch {
        return 'busy';
      }
    },
    nameOf: (id) => {
      const device = snapshot.value?.devices.find((each) => each.id === id);
      if (!device) return id;
      const { kinds, devices } = texts.value;
      return `${kinds[device.kind]} ${device.window === null ? id : devices.windowOf(device.window)}`;
    },
    say: (code) => {
      const problems: Readonly<Record<string, Problem>> = texts.value.problems;
      const known = problems[code];
      if (known) return known;
      const faults: Readonly<Partial<Record<string, { readonly resident: string; readonly staff: string }>>> =
        snapshot.value?.language === 'en' ? faultsEn : faultsZh;
      return {
        what: texts.value.named[code] ?? code,
        act: texts.value.acts[code] ?? faults[code]?.staff ?? '',
      };
    },
  };
  provide(key, page);
  return page;
}

export function useProvisioning(): ProvisioningPage & { readonly now: ComputedRef<ProvisioningSnapshot> } {
  const page = inject(key);
  if (!page) throw new Error('outside of the wizard');
  const now = computed(() => {
    if (page.snapshot.value === null) throw new Error('pages stand behind the first snapshot');
    return page.snapshot.value;
  });
  return { ...page, now };
}

/** What nobody has done yet is not wrong: red is for what is. */
export const isToDo = ({ code }: ReadinessLine): boolean =>
  ['device.not-identified', 'identity.not-enrolled', 'test.not-done', 'screen.not-measured'].includes(
    code ?? '',
  );

export function lineOf(
  { lines }: ProvisioningSnapshot,
  item: ReadinessLine['item'],
  device: string | null = null,
): ReadinessLine | undefined {
  return lines.find((line) => line.item === item && line.device === device);
}

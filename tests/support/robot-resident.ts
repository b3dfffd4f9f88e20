import type { AnswerValue, VisitSnapshot } from '#contract/visit.ts';
import type { TerminalClient } from './screen-client.ts';

const answers: Readonly<Record<string, AnswerValue | null>> = {
  applicantName: '张建国',
  applicantIdType: '111',
  applicantId: '999901194503120014',
  mobile: '13800005678',
  byProxy: '0',
  homeAddress: { region: '示例区', street: '示例街道', community: '和平社区', detail: '2栋301' },
  liveAlone: 'alone',
  contactName: null,
  contactMobile: null,
  bankName: 'social',
  bankAccountName: '张建国',
  bankAccount: '6222020000000000004',
  signature: {
    width: 100,
    height: 50,
    strokes: [
      [
        [1, 1],
        [20, 20],
      ],
    ],
  },
};

const ITEM = 'elderly-allowance';

/** The terminal has the item that `submitOne` fills in: items come one by one. */
export async function untilItsItemIsThere(api: TerminalClient): Promise<void> {
  for await (const { catalogue } of await api.station.watch()) {
    const listed = catalogue === 'empty' ? null : await api.catalogue.list();
    if (listed?.ok === true && listed.value.some(({ slug }) => slug === ITEM)) return;
  }
}

/** What somebody is told who begins: `ok`, or the fault. */
export async function beginsAt(api: TerminalClient): Promise<string> {
  await api.visit.end({ reason: 'finished' });
  const begun = await api.visit.begin({ slug: ITEM, language: 'zh', requestId: crypto.randomUUID() });
  return begun.ok ? 'ok' : begun.fault.code;
}

/**
 * Fills in and submits the old-age allowance over the API as quickly as it goes. Gives the receipt number
 * once the terminal has confirmed it on the screen, and not before.
 */
export async function submitOne(api: TerminalClient, onCall: () => void | Promise<void>): Promise<string> {
  const ok = async (call: () => Promise<{ ok: boolean }>): Promise<void> => {
    await onCall();
    const result = await call();
    if (!result.ok) throw new Error(JSON.stringify(result));
  };
  await ok(() => api.visit.end({ reason: 'finished' }));
  await ok(() => api.visit.begin({ slug: ITEM, language: 'zh', requestId: crypto.randomUUID() }));
  await ok(() => api.visit.consent({ consentIds: ['c-notice', 'c-sensitive'] }));
  await ok(() => api.visit.typeIdentity());
  for (let step = await stepNow(api); step.kind === 'question'; step = await stepNow(api)) {
    const { pageId } = step.page;
    const value = answers[pageId];
    if (value === undefined) throw new Error(`no answer for ${pageId}`);
    await ok(() => api.visit.answer({ pageId, value, confirmedOdd: true }));
  }
  await ok(() => api.visit.submit());
  const step = await stepNow(api);
  if (step.kind !== 'received') throw new Error(`after submit the visit is at ${step.kind}`);
  return step.received.receiptNo;
}

export async function stepNow(api: TerminalClient): Promise<VisitSnapshot['step']> {
  const snapshots = await api.visit.watch();
  try {
    for await (const snapshot of snapshots) {
      if (snapshot) return snapshot.step;
    }
    throw new Error('there is no visit');
  } finally {
    await snapshots.return();
  }
}

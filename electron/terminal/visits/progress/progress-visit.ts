import { fault, type Fault } from '#contract/fault.ts';
import { dayOf, localMinute, type LocalMinute } from '#contract/form/local-date.ts';
import type { Language } from '#contract/localized.ts';
import type { Clock } from '#contract/ports.ts';
import { readSlipQr } from '#contract/query-code.ts';
import { isReceiptNumber } from '#contract/receipt-number.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { VisitSnapshot } from '#contract/visit.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { MaySay, WordKind } from '../../afterwards/afterwards.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { createChanges, type Changes } from '../../changes.ts';
import type { CardEvent, CodeEvent, Devices } from '../../devices/devices.ts';
import type { PlatformLine } from '../../health/platform-line.ts';
import type { CaseCalls } from '../../outbox/case-calls.ts';
import type { KnownHere } from '../../outbox/known-here.ts';
import type { PrintJobs } from '../../printing/print-jobs.ts';
import { createCardPage, scanFault } from '../card-page.ts';
import type { Draft } from '../draft.ts';
import type { Done, VisitEnd } from '../visits-types.ts';
import { askHowCasesGo } from './ask-platform.ts';
import { onlyChain, shownTogether } from './chain-cases.ts';
import { correctionDraft } from './correction-draft.ts';
import { caseNosOn, entriesOn, formOf, type CorrectablePage } from './on-page.ts';
import { openCorrections } from './open-corrections.ts';
import { progressSlip } from './progress-slip.ts';
import { progressStep } from './progress-step.ts';
import { maySay, withSaid } from './said.ts';
import type { AskedBy, Found, Inquiry, InquiryPage } from './progress-types.ts';

/** The visit of somebody who asks how a case goes. There is at most one, and none beside an application's. */
export interface ProgressVisit {
  readonly changes: Changes;
  snapshot(): VisitSnapshot | null;
  poke(): void;
  begin(input: { language: Language; requestId: string }): Done;
  setLanguage(language: Language): Done;
  /** The reader looks from here on; the page says what for before a card is read. */
  byCard(): Done;
  byNumber(): Done;
  /** Answers when the platform has, or has not. */
  ask(input: { receiptNo: string; queryCode: string }): Promise<Done>;
  open(index: number): Done;
  /** Faults besides those of a visit: `progress.…`. The visit goes on as the one that corrects. */
  correct(): Promise<Done>;
  print(): Done;
  back(): Done;
  /** What may be said about the case that is shown; null: it is another one, or none. */
  shownCase(caseNo: string): MaySay | null;
  /** It was said: whoever said it is still there, and it is not offered again. */
  said(caseNo: string, kind: WordKind): void;
  touch(): void;
  end(reason: VisitEnd): Done;
}

export interface ProgressVisitPorts {
  readonly config: TerminalConfig;
  readonly clock: Clock;
  readonly newUuid: () => string;
  readonly client: CaseCalls;
  readonly line: Pick<PlatformLine, 'state' | 'saw' | 'changes'>;
  readonly knownHere: KnownHere;
  readonly catalogue: Pick<Catalogue, 'item'>;
  readonly devices: Devices;
  readonly printJobs: PrintJobs;
  readonly onPrint: () => void;
  /** The form is open: whoever has it from here on owns the visit. */
  readonly takeUp: (draft: Draft) => void;
  /** Write audit rows; nothing of the person is in them. */
  readonly onAsked: (by: AskedBy['by'], disposition: string) => void;
  readonly onOpened: (applicationId: string | null, disposition: string) => void;
  /** Why nobody may begin to ask now; null: he may. */
  readonly whyClosed: () => Fault | null;
  /** Why a correction would not be received now, so that nobody fills one in; null: it would. */
  readonly whyNotReceived: () => Fault | null;
  readonly onEnd: (reason: VisitEnd, page: string) => Result<null, Fault>;
}

/** After the screen's own warning and grace, in seconds: for a screen that died with a visit open. */
const FORGOTTEN_AFTER_SECONDS = 60;

const wrongStep = () => err(fault('visit.wrong-step'));

export function createProgressVisit(ports: ProgressVisitPorts): ProgressVisit {
  const { config, clock, devices } = ports;
  const changes = createChanges();
  let inquiry: Inquiry | null = null;
  let revision = 0;
  let cancelForgotten: (() => void) | null = null;

  const now = (): LocalMinute => localMinute(clock.now(), config.timeZone);

  const cardPage = createCardPage({
    page: () =>
      inquiry?.page.at === 'card' ? { stage: inquiry.page.stage, applicationId: inquiry.visitId } : null,
    // Nobody looks for a code on this page.
    codes: { resolve: () => Promise.resolve(err(fault('code.not-supported'))) },
    today: () => dayOf(now()),
    changed: cardChanged,
  });
  devices.onCard((event: CardEvent) => {
    if (inquiry?.page.at !== 'card' || inquiry.asking) return;
    if (event.type === 'read') inquiry.hasReadCard = true;
    cardPage.onCard(event);
  });
  devices.onCode(onCode);
  devices.changes.subscribe(poke);
  ports.line.changes.subscribe(poke);

  function poke(): void {
    if (inquiry) changed();
  }

  function changed(): void {
    revision += 1;
    devices.watchCard(inquiry?.page.at === 'card' && !inquiry.asking);
    devices.watchCode(inquiry?.page.at === 'ways' && !inquiry.asking);
    changes.notify();
  }

  function enter(page: InquiryPage): Done {
    if (!inquiry) return err(fault('visit.none'));
    inquiry.asking?.abort();
    inquiry.asking = null;
    inquiry.printJobId = null;
    inquiry.page = page;
    stillHere();
    changed();
    return ok(null);
  }

  function stillHere(): void {
    cancelForgotten?.();
    const { warnAfterSeconds, graceSeconds } = config.idle;
    cancelForgotten = clock.after((warnAfterSeconds + graceSeconds + FORGOTTEN_AFTER_SECONDS) * 1000, () => {
      end('forgotten');
    });
  }

  function begin(input: { language: Language; requestId: string }): Done {
    if (inquiry?.requestId === input.requestId) return ok(null);
    const closed = ports.whyClosed();
    if (closed !== null) return err(closed);
    inquiry?.asking?.abort();
    inquiry = {
      visitId: ports.newUuid(),
      requestId: input.requestId,
      language: input.language,
      hasReadCard: false,
      page: { at: 'ways', fault: null },
      asking: null,
      printJobId: null,
    };
    stillHere();
    changed();
    return ok(null);
  }

  function startCard(): Done {
    return enter({
      at: 'card',
      stage: { name: 'card', consents: [], card: { state: 'looking' }, kept: {}, keptPapers: null },
    });
  }

  function cardChanged(): void {
    const page = inquiry?.page;
    if (page?.at === 'card' && page.stage.card.state === 'read') {
      void lookUp({ by: 'card', document: page.stage.card.person.document });
    }
    changed();
  }

  function onCode(event: CodeEvent): void {
    if (inquiry?.page.at !== 'ways' || inquiry.asking) return;
    if (event.type === 'fault') {
      enter({ at: 'ways', fault: scanFault(event.fault) });
      return;
    }
    const slip = readSlipQr(event.content);
    if (slip?.queryCode == null || !isReceiptNumber(slip.receiptNo)) {
      enter({ at: 'ways', fault: fault('progress.not-a-slip') });
      return;
    }
    void lookUp({ by: 'number', receiptNo: slip.receiptNo, queryCode: slip.queryCode });
  }

  /** One question at a time; its answer goes to who asked it, or to nobody. */
  async function asked<T>(question: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    if (!inquiry || inquiry.asking) return null;
    const asking = new AbortController();
    inquiry.asking = asking;
    stillHere();
    changed();
    const answer = await question(asking.signal);
    return stillAsks(asking) ? answer : null;
  }

  /** Whoever asked is still there; the question is done. */
  function stillAsks(asking: AbortController): boolean {
    if (inquiry?.asking !== asking) return false;
    inquiry.asking = null;
    return true;
  }

  async function lookUp(askedBy: AskedBy): Promise<Done> {
    const found = await asked((signal) => askHowCasesGo(ports, askedBy, signal));
    if (!found || !inquiry) return wrongStep();
    const why = found.platformFault;
    ports.onAsked(askedBy.by, why?.code ?? (found.entries.length === 0 ? 'none' : 'success'));
    if (askedBy.by === 'number' && found.entries.length === 0) {
      const { at } = inquiry.page;
      return enter({ at: at === 'number' ? 'number' : 'ways', fault: why ?? fault('progress.none') });
    }
    const together = onlyChain(found);
    if (together) return enterChain(found, together.chainApplicationId);
    return found.entries.length === 1
      ? enter({ at: 'case', found, index: 0, fault: null })
      : enter({ at: 'list', found });
  }

  function enterChain(found: Found, chainApplicationId: string): Done {
    return enter({ at: 'chain', found, chainApplicationId, fault: null });
  }

  /** From the list, what was submitted together is shown together first. */
  function open(index: number): Done {
    const page = inquiry?.page;
    if (page?.at !== 'list' && page?.at !== 'chain') return wrongStep();
    const { found } = page;
    const entry = found.entries[index];
    if (!entry) return wrongStep();
    const together = page.at === 'list' ? shownTogether(found, entry) : null;
    return together
      ? enterChain(found, together.chainApplicationId)
      : enter({ at: 'case', found, index, fault: null });
  }

  async function correct(): Promise<Done> {
    const page = inquiry?.page;
    if (!inquiry || (page?.at !== 'case' && page?.at !== 'chain')) return wrongStep();
    const { askedBy } = page.found;
    const caseNos = caseNosOn(page);
    if (askedBy.by !== 'card' || caseNos.length === 0) return wrongStep();
    const refused = ports.whyNotReceived();
    if (refused !== null) return notNow(page, refused);
    if (ports.line.state() === 'offline') return notNow(page, fault('progress.needs-line'));
    const { document } = askedBy;
    const opened = await asked((signal) =>
      openCorrections(ports, { caseNos, personNumber: document.number }, signal),
    );
    // Who has left, or left the page, is not brought back to it.
    if (!opened || inquiry.page !== page) return wrongStep();
    if (!opened.ok) return notNow(page, opened.fault);
    const form = formOf(page, opened.value, document);
    if (!form) return wrongStep();
    const at = { now: now(), hasCamera: config.camera !== null };
    const draft = correctionDraft({ ...visitOf(inquiry), document }, form, at);
    drop();
    ports.takeUp(draft);
    return ok(null);
  }

  function notNow(page: CorrectablePage, why: Fault): Done {
    return enter({ ...page, fault: why });
  }

  function print(): Done {
    const entries = inquiry ? entriesOn(inquiry.page) : [];
    if (!inquiry || entries.length === 0) return wrongStep();
    const present = inquiry.printJobId === null ? null : ports.printJobs.stateOf(inquiry.printJobId);
    if (present?.state === 'queued' || present?.state === 'printing') return ok(null);
    stillHere();
    const slip = progressSlip({
      station: config.station,
      language: inquiry.language,
      entries,
      timeZone: config.timeZone,
      printedAtMs: clock.now(),
    });
    const added = ports.printJobs.addLoose(slip);
    if (!added.ok) return added;
    inquiry.printJobId = added.value;
    ports.onPrint();
    changed();
    return ok(null);
  }

  function said(caseNo: string, kind: WordKind): void {
    const page = inquiry?.page;
    if (page?.at !== 'case' || !inquiry) return;
    inquiry.page = { ...page, found: withSaid(page.found, caseNo, kind) };
    stillHere();
    changed();
  }

  function back(): Done {
    const page = inquiry?.page;
    if (!page) return err(fault('visit.none'));
    switch (page.at) {
      case 'ways':
        return wrongStep();
      case 'card':
      case 'number':
      case 'list':
        return enter({ at: 'ways', fault: null });
      case 'chain':
        return onlyChain(page.found)
          ? enter({ at: 'ways', fault: null })
          : enter({ at: 'list', found: page.found });
      case 'case': {
        const together = shownTogether(page.found, page.found.entries[page.index]);
        if (together) return enterChain(page.found, together.chainApplicationId);
        return page.found.entries.length > 1
          ? enter({ at: 'list', found: page.found })
          : enter({ at: 'ways', fault: null });
      }
      default: {
        const never: never = page;
        return never;
      }
    }
  }

  /** Wiped, and nothing more is looked for. */
  function drop(): void {
    inquiry?.asking?.abort();
    inquiry = null;
    cancelForgotten?.();
    cancelForgotten = null;
    changed();
  }

  function end(reason: VisitEnd): Done {
    if (!inquiry) return ok(null);
    const { at } = inquiry.page;
    drop();
    return ports.onEnd(reason, `progress ${at}`);
  }

  return {
    changes,
    snapshot: () =>
      inquiry && {
        ...visitSnapshotOf(inquiry),
        revision,
        item: null,
        step: progressStep(inquiry, ports),
        canGoBack: inquiry.page.at !== 'ways',
        hasReceived: false,
      },
    poke,
    begin,
    setLanguage: (language) => {
      if (!inquiry) return err(fault('visit.none'));
      inquiry.language = language;
      stillHere();
      changed();
      return ok(null);
    },
    byCard: () => (inquiry?.page.at === 'ways' ? startCard() : wrongStep()),
    byNumber: () => (inquiry?.page.at === 'ways' ? enter({ at: 'number', fault: null }) : wrongStep()),
    ask: async ({ receiptNo, queryCode }) => {
      if (inquiry?.page.at !== 'number') return wrongStep();
      // A slip of the finger is told before anybody is asked.
      if (!isReceiptNumber(receiptNo)) return enter({ at: 'number', fault: fault('progress.none') });
      return lookUp({ by: 'number', receiptNo, queryCode });
    },
    open,
    correct,
    print,
    back,
    shownCase: (caseNo) =>
      inquiry?.page.at === 'case' ? maySay(inquiry.page.found.entries[inquiry.page.index], caseNo) : null,
    said,
    touch: () => {
      if (inquiry) stillHere();
    },
    end,
  };
}

function visitOf({ visitId, requestId, language, hasReadCard }: Inquiry) {
  return { visitId, requestId, language, hasReadCard };
}

function visitSnapshotOf({ visitId, language, hasReadCard }: Inquiry) {
  return { visitId, language, hasReadCard };
}

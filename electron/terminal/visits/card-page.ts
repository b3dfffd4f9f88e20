import { fault, type Fault } from '#contract/fault.ts';
import { compactDate, type LocalDate } from '#contract/form/local-date.ts';
import { citizenNumberProblem, type IdentityDocument } from '#contract/identity.ts';
import type { CardEvent, CodeEvent } from '../devices/devices.ts';
import type { CardTry, Stage } from './draft.ts';
import type { ResidentCodes } from './resident-codes.ts';

/** The page that asks for a card or a code: what comes from reader and scanner, until one of them was read. */
export interface CardPage {
  onCard(event: CardEvent): void;
  onCode(event: CodeEvent): void;
  /** After every change of the visit: a question whose page is gone is given up. */
  settle(): void;
}

export interface CardPagePorts {
  /** Null on every other page. */
  readonly page: () => { readonly stage: Stage & { name: 'card' }; readonly applicationId: string } | null;
  readonly codes: Pick<ResidentCodes, 'resolve'>;
  readonly today: () => LocalDate;
  readonly changed: () => void;
}

export function createCardPage(ports: CardPagePorts): CardPage {
  /** The code that the platform is asked about. */
  let asking: { readonly card: CardTry; readonly abort: AbortController } | null = null;

  function onCard(event: CardEvent): void {
    const stage = ports.page()?.stage;
    if (!stage) return;
    // A telephone that lies on the reader is no card, and its code is being resolved.
    if (event.type === 'fault' && stage.card.state === 'resolving') return;
    stage.card = event.type === 'fault' ? { state: 'retry', fault: event.fault } : cardTry(event.document);
    ports.changed();
  }

  function cardTry(document: IdentityDocument): CardTry {
    return isReadable(document, ports.today())
      ? { state: 'read', person: { document, by: 'card', untilMs: null } }
      : { state: 'retry', fault: fault('card.unreadable-text') };
  }

  function onCode(event: CodeEvent): void {
    const page = ports.page();
    // One code at a time: while one is being resolved, another is ignored.
    if (!page || page.stage.card.state === 'read' || page.stage.card.state === 'resolving') return;
    if (event.type === 'scanned') {
      void resolve(page.stage, event.content, page.applicationId);
      return;
    }
    page.stage.card = { state: 'code-refused', fault: scanFault(event.fault) };
    ports.changed();
  }

  async function resolve(
    stage: Stage & { name: 'card' },
    token: string,
    applicationId: string,
  ): Promise<void> {
    const card: CardTry = { state: 'resolving' };
    const abort = new AbortController();
    asking = { card, abort };
    stage.card = card;
    ports.changed();
    const answer = await ports.codes.resolve(token, applicationId, abort.signal);
    // A late answer names a person who has left, or who has read a card meanwhile: nobody sees it.
    if (ports.page()?.stage.card !== card) return;
    asking = null;
    if (!answer.ok) stage.card = { state: 'code-refused', fault: answer.fault };
    else stage.card = codeTry(answer.value.identity, Date.parse(answer.value.expiresAt));
    ports.changed();
  }

  function codeTry(document: IdentityDocument, untilMs: number): CardTry {
    return isReadable(document, ports.today())
      ? { state: 'read', person: { document, by: 'code', untilMs } }
      : { state: 'code-refused', fault: fault('code.not-resolved', 'a number with a wrong check digit') };
  }

  return {
    onCard,
    onCode,
    settle: () => {
      if (!asking || ports.page()?.stage.card === asking.card) return;
      asking.abort.abort();
      asking = null;
    },
  };
}

/** A resident card whose number does not keep its own check digit was not read right. */
function isReadable(document: IdentityDocument, today: LocalDate): boolean {
  if (document.kind !== 'resident') return true;
  return citizenNumberProblem(document.number, compactDate(today)) === null;
}

export function scanFault(reason: Fault): Fault {
  const isUnclear = reason.code === 'device.garbled' || reason.code === 'device.frame-too-long';
  return fault(isUnclear ? 'code.garbled' : 'code.scanner-fault', reason.code);
}

import { createHmac, randomUUID } from 'node:crypto';
import type { TerminalConfig } from '#config/schema.ts';
import type { KeyHolder } from '../identity/key-holder.ts';
import { suites } from '../store/suites.ts';
import { createAccess, type Access, type AccessPorts } from './access.ts';
import { createCardsAtReader, type CardsAtReader, type CardsAtReaderPorts } from './cards-at-reader.ts';
import { hashPin } from './pin.ts';
import { createStaffCards, type StaffCardsPorts } from './staff-cards.ts';
import { createWrongPins } from './wrong-pins.ts';

interface OfTerminal {
  readonly config: TerminalConfig;
  readonly masterKey: Uint8Array;
}

export interface OpenAccessPorts
  extends OfTerminal, Pick<AccessPorts, 'store' | 'audit' | 'clock' | 'randomBytes' | 'log'> {
  readonly keys: KeyHolder;
}

const HOUR_MS = 3_600_000;

/** Who may work at this terminal, by its configuration and keys. */
export function openAccess(ports: OpenAccessPorts): Access {
  const { config, keys, store, audit, clock, randomBytes, log } = ports;
  const permitKey = suites[config.sealing.suite].derive(ports.masterKey, 'yizhan permits');
  /** Made of what both outlive the database: it changes with the key by which the platform knows us, and lies nowhere. */
  function permitSecret(): Uint8Array | null {
    const key = keys.current();
    return key.ok ? createHmac('sha256', permitKey).update(key.value.keyId).digest() : null;
  }
  return createAccess({
    store,
    audit,
    clock,
    randomBytes,
    log,
    newUuid: randomUUID,
    hashPin,
    permits: { terminalId: config.terminal.id, secret: permitSecret },
    // Without a door nobody comes in, and whoever was signed in is not any more.
    idleMs: (config.lan?.idleMinutes ?? 0) * 60_000,
    longestMs: (config.lan?.longestHours ?? 0) * HOUR_MS,
  });
}

export interface OpenCardsPorts
  extends
    OfTerminal,
    Pick<StaffCardsPorts, 'store' | 'audit' | 'clock'>,
    Pick<CardsAtReaderPorts, 'devices' | 'use' | 'visits'> {}

/** Staff who sign in by a card at this terminal's own reader. */
export function openCards(ports: OpenCardsPorts): CardsAtReader {
  const { config, store, audit, clock, devices, use, visits } = ports;
  const suite = suites[config.sealing.suite];
  const cardKey = suite.derive(ports.masterKey, 'yizhan staff card');
  return createCardsAtReader({
    devices,
    use,
    visits,
    cards: createStaffCards({
      store,
      audit,
      clock,
      timeZone: config.timeZone,
      digestOf: (said) => suite.derive(cardKey, said),
      wrongPins: createWrongPins(store, clock),
    }),
    cardUse: config.access.card,
  });
}

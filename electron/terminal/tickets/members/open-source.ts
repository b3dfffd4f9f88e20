import { readFileSync, statSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import type { HubSettings } from '#config/schema.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { createNumberLedger } from '../number-ledger.ts';
import type { OnEvents, QueueSource } from '../queue-source.ts';
import { createStationClock } from '../station-clock.ts';
import { createHubLine } from './hub-line.ts';
import { createHubSource, type HubSourcePorts } from './hub-source.ts';
import { createLinkRows } from './link-rows.ts';
import { createMemberSource, type MemberSourcePorts } from './member-source.ts';
import type { HubLine } from './tell-predecessor.ts';
import { addressOf, createTerms, roleOf } from './terms.ts';

/** What both kinds of source need, and the terminal says. */
export interface OpenSourcePorts extends Pick<
  HubSourcePorts,
  'store' | 'audit' | 'clock' | 'settings' | 'timeZone' | 'log' | 'door' | 'dayRows' | 'isDateWrong'
> {
  readonly terminal: string;
  readonly hub: HubSettings | null;
  readonly dataDir: string;
  readonly closesAtMs: (line: string, nowMs: number) => number | null;
  readonly newTicketId: MemberSourcePorts['newTicketId'];
}

/** The queue's source by what this terminal is. Faults: `store.failed`; `config.unreadable`, of the authority's file. */
export function openQueueSource(ports: OpenSourcePorts, onEvents: OnEvents): Result<QueueSource, Fault> {
  const { store, hub, terminal, clock } = ports;
  const terms = createTerms(store);
  const known = terms.read();
  const role = roleOf(hub, known, terminal);
  const authority = hub === null ? ok('') : readAuthority(hub.authorityFile);
  if (!authority.ok) return authority;
  const links = createLinkRows(store);
  const line = hub === null ? null : lineTo(hub, authority.value);
  const link = hub === null ? null : links.read(addressOf(hub));
  // A hub that was a member an hour ago goes on in the time that it had then.
  const stationClock = createStationClock({ clock, terminal, offsetMs: link?.offsetMs ?? null });
  const common = {
    ...ports,
    stationClock,
    terms,
    onEvents,
    ledger: createNumberLedger(ports.dataDir),
    closesAtMs: (letter: string) => ports.closesAtMs(letter, stationClock.nowMs()),
  };
  if (role.is === 'member' && line !== null) {
    return ok(createMemberSource({ ...common, links, line, hubAt: addressOf(role.hub) }));
  }
  const first = role.is === 'hub' ? role.known : known;
  if (first === null) throw new Error('a hub that was replaced knows by whom');
  return createHubSource({ ...common, isReplaced: role.is === 'replaced', predecessor: line }, first);

  function lineTo(address: HubSettings, pem: string): HubLine {
    const at = addressOf(address);
    return createHubLine({
      hub: { host: address.host, port: address.port },
      authority: pem,
      terminal,
      admission: () => links.read(at).admission,
      onAdmitted: (admission) => {
        store.transaction(() => {
          links.write(at, { ...links.read(at), admission });
          // It is of the station where the member was before; told on here, a later term of there switches this hub off.
          if (role.is === 'member') terms.forget();
          return null;
        });
        ports.log({ level: 'info', event: 'queue.admitted', detail: at });
      },
      onWaiting: (code) => {
        ports.log({
          level: 'warn',
          event: 'queue.waits-for-admission',
          detail: `${code} as terminal-${terminal} at ${at}`,
        });
      },
    });
  }
}

const MAX_AUTHORITY_BYTES = 65_536;

function readAuthority(file: string): Result<string, Fault> {
  try {
    if (statSync(file).size > MAX_AUTHORITY_BYTES) return unreadable(file, 'is too large');
    const pem = readFileSync(file, 'utf8');
    return new X509Certificate(pem).ca
      ? ok(pem)
      : unreadable(file, 'holds a certificate that is no authority');
  } catch {
    return unreadable(file, 'cannot be read');
  }
}

function unreadable(file: string, why: string): Result<never, Fault> {
  return err(fault('config.unreadable', `hub.authorityFile: ${file} ${why}`));
}

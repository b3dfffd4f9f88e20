import { readFileSync } from 'node:fs';
import { faultCodes, type FaultCode } from '#contract/fault.ts';
import { faultsEn } from '../../renderer/locale/faults.en.ts';
import { faultsZh } from '../../renderer/locale/faults.zh.ts';
import { code, table, withMadePart } from './made-part.ts';

const BEGIN =
  '<!-- Made from contract/fault.ts and renderer/locale/faults.*.ts by `node scripts/faults-page.ts`. -->';

/** By the word before the dot: what it is about, and what is done, in this order, when the sentence of a row did not help. */
export const faultGroups: Readonly<Record<string, { readonly about: string; readonly then: string }>> = {
  device: {
    about: 'The line to a device',
    then: '技术 → 设备: identify again; exchange the cable, then the port, then the device against one of the next terminal. A device that comes and goes: trace its bytes for ten minutes, then a burn-in out of service. Until a spare is here switch it off (设备 → 停用): residents are told at the start instead of in the middle.',
  },
  card: {
    about: 'Cards on the reader',
    then: 'One card: the window serves its resident. Every card: clean the glass, take metal and other cards away, identify the reader again, exchange it.',
  },
  code: {
    about: 'Codes on telephones',
    then: 'The resident uses the card. Every code at this terminal: clean the glass of the scanner; at all terminals: call the platform’s people.',
  },
  camera: {
    about: 'The camera for papers',
    then: 'Restart the machine; exchange camera or cable. Residents show their papers at a window meanwhile.',
  },
  paper: { about: 'Photographs of papers', then: 'The window takes the papers.' },
  printer: {
    about: 'The printer',
    then: '技术 → 设备: identify again, which prints a test. Nothing of an application hangs on its slip: the number stands on the screen, and 收发与打印 has what is still to be printed.',
  },
  platform: {
    about: 'The line to the platform',
    then: '技术 → 存储与网络 → try name, connection, TLS and answer one after the other: the first that is red is where it ends. What residents submit is kept and sent by itself, however long it takes.',
  },
  identity: {
    about: 'Who this terminal is to the platform',
    then: '[Enrolment](enrolment.md).',
  },
  enrolment: {
    about: 'Making it known',
    then: '[Enrolment](enrolment.md); the same code may be tried again after a line that broke.',
  },
  fleet: {
    about: 'Orders of the platform',
    then: '`npm run platform -- command list --terminal ID` says what came of each; [fleet](fleet.md).',
  },
  parcel: {
    about: 'Packages of configuration, catalogue and program',
    then: 'What was in force goes on. `npm run platform -- parcel list`, then [parcels](parcels.md): mend what the code says, and publish it under another version.',
  },
  update: {
    about: 'Another version of the program',
    then: 'The version before is in force. `journalctl -u yizhan-update` says more than the code; [updates](updates.md).',
  },
  store: {
    about: 'The terminal’s own store',
    then: '[The disk](the-disk.md), then [disaster recovery](disaster-recovery.md). Never delete the data folder, nor `quarantine/`.',
  },
  config: {
    about: 'The configuration',
    then: '`configuration.js check FILE` says file, line, key and what was expected ([configuration](configuration.md)); put back the file of before.',
  },
  api: {
    about: 'Calls of a screen',
    then: 'Restart the program (技术 → 服务); if it stays, the terminal and its screen are of different versions: install again.',
  },
  access: { about: 'Who may do what', then: '[Access](access.md), [windows](windows.md).' },
  lan: {
    about: 'The door in the station’s network',
    then: '`staff.js list` says why it is closed; it is tried again every minute ([windows](windows.md)). The kiosk serves without it.',
  },
  terminal: {
    about: 'A terminal that is out of use',
    then: 'Another data folder and a new enrolment ([technician](technician.md)).',
  },
  technician: { about: 'The technician’s console', then: '[The technician’s console](technician.md).' },
  station: {
    about: 'Out of service',
    then: '技术 → 服务 → 恢复服务, or `npm run platform -- command service-off` ([fleet](fleet.md)).',
  },
  visit: { about: 'A visit', then: 'The resident begins again; nothing was submitted.' },
  item: {
    about: 'Service items',
    then: 'Compare `npm run platform -- items TERMINAL`; the item’s file is the platform’s.',
  },
  regions: { about: 'The table of places', then: 'The terminal goes on with the one before.' },
  draft: { about: 'Drafts', then: 'The window takes the application.' },
  catalogue: { about: 'The catalogue', then: 'As for the line to the platform.' },
  chain: { about: 'One-thing services', then: 'The items can be done one by one.' },
  intake: { about: 'Receiving an application', then: 'The window takes it.' },
  print: { about: 'Slips', then: 'The receipt number is what counts: write it down.' },
  case: { about: 'A word about a case', then: 'The window does it.' },
  progress: { about: 'How a case goes', then: 'The platform’s desk has every case.' },
  parked: { about: 'Applications that belong to staff', then: '[Parked and moved](parked-and-moved.md).' },
  queue: { about: 'The queue', then: '[The queue](the-queue.md).' },
  handed: { about: 'Forms handed to the window', then: 'Ask the person; the form can be filled in again.' },
  help: { about: 'Calls for help', then: '' },
  transfer: { about: 'The transfer file', then: '[Parked and moved](parked-and-moved.md).' },
};

/** The part of docs/operations/faults.md that is made from the codes and their sentences. */
export function withFaultTables(page: string): string {
  return withMadePart(page, BEGIN, tables());
}

function tables(): string {
  const groups = Map.groupBy(faultCodes, groupOf);
  return [...groups]
    .flatMap(([name, codes]) => {
      const group = faultGroups[name];
      if (group === undefined) throw new Error(`scripts/pages/fault-tables.ts says nothing of ${name}.…`);
      const rows = codes.map((fault) => [
        code(fault),
        meanings.get(fault) ?? '',
        `${faultsZh[fault].staff}<br>${faultsEn[fault].staff}`,
        faultsZh[fault].resident,
      ]);
      return [
        `### ${code(`${name}.…`)} ${group.about}`,
        table(['code', 'is', 'what to do', 'a resident reads'], rows),
        ...(group.then === '' ? [] : [`Did not help: ${group.then}`]),
      ];
    })
    .join('\n\n');
}

export function groupOf(fault: FaultCode): string {
  return fault.split('.')[0] ?? fault;
}

/** What is said of each code beside it, once, where it is defined. */
const meanings = new Map(
  [
    ...readFileSync(new URL('../../contract/fault.ts', import.meta.url), 'utf8').matchAll(
      /^ {2}'([a-z.-]+)',(?: \/\/ (.+))?$/gm,
    ),
  ].map(([, fault = '', said = '']) => [fault, said]),
);

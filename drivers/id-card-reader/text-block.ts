import { fault } from '#contract/fault.ts';
import { identityDocumentSchema, isCalendarDate, type IdentityDocument } from '#contract/identity.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { TEXT_BYTES } from './protocol.ts';

/** The 256-byte text block of a card (GA/T 490-2019): UTF-16LE fields padded with spaces. */

export interface FieldPlace {
  readonly offset: number;
  readonly bytes: number;
}

const at = (offset: number, bytes: number): FieldPlace => ({ offset, bytes });

export const TYPE_MARK = at(248, 2);

export const residentPlaces = {
  name: at(0, 30),
  sex: at(30, 2),
  nation: at(32, 4),
  birthday: at(36, 16),
  address: at(52, 70),
  number: at(122, 36),
  issuer: at(158, 30),
  validFrom: at(188, 16),
  validTo: at(204, 16),
} as const;

/** 2017 foreign permanent resident card, mark `I`. */
export const foreign2017Places = {
  nameEnglish: at(0, 120),
  sex: at(120, 2),
  number: at(122, 30),
  name: at(158, 30),
  validFrom: at(188, 16),
  validTo: at(204, 16),
  birthday: at(220, 16),
} as const;

/** 2023 foreign permanent resident card, mark `Y`. One source only: see the README. */
export const foreign2023Places = {
  name: at(0, 30),
  sex: at(30, 2),
  birthday: at(36, 16),
  nameEnglish: at(52, 70),
  number: at(122, 36),
  validFrom: at(188, 16),
  validTo: at(204, 16),
  nameEnglishRest: at(220, 22),
} as const;

/** Faults: card.unreadable-text, whose detail names fields and never their values. */
export function parseTextBlock(block: Uint8Array): Result<IdentityDocument> {
  if (block.length !== TEXT_BYTES) return unreadable(`${block.length} bytes`);
  const field = (place: FieldPlace) => readField(block, place);
  const mark = field(TYPE_MARK);
  switch (mark) {
    case '':
      return check({
        kind: 'resident',
        idType: '111',
        ...residentFields(field),
        nation: field(residentPlaces.nation),
      });
    case 'J':
      // The nation field of a permit is blank: it is not a code to be parsed.
      return check({ kind: 'hmt-permit', idType: '554', ...residentFields(field) });
    case 'I': {
      const nameEnglish = field(foreign2017Places.nameEnglish);
      return check({
        kind: 'foreign-permanent-2017',
        idType: '553',
        name: field(foreign2017Places.name) || nameEnglish,
        nameEnglish,
        sex: field(foreign2017Places.sex),
        birthday: field(foreign2017Places.birthday),
        number: field(foreign2017Places.number),
        validFrom: field(foreign2017Places.validFrom),
        validTo: field(foreign2017Places.validTo),
      });
    }
    case 'Y': {
      // The English name runs on in a second field, and a word may end exactly at the seam.
      const nameEnglish = (
        readRaw(block, foreign2023Places.nameEnglish) + readRaw(block, foreign2023Places.nameEnglishRest)
      ).trim();
      return check({
        kind: 'foreign-permanent-2023',
        idType: '553',
        name: field(foreign2023Places.name) || nameEnglish,
        nameEnglish,
        sex: field(foreign2023Places.sex),
        birthday: field(foreign2023Places.birthday),
        number: field(foreign2023Places.number),
        validFrom: field(foreign2023Places.validFrom),
        validTo: field(foreign2023Places.validTo),
      });
    }
    default:
      return unreadable('type mark');
  }
}

function residentFields(field: (place: FieldPlace) => string) {
  return {
    name: field(residentPlaces.name),
    sex: field(residentPlaces.sex),
    birthday: field(residentPlaces.birthday),
    address: field(residentPlaces.address),
    number: field(residentPlaces.number),
    issuer: field(residentPlaces.issuer),
    validFrom: field(residentPlaces.validFrom),
    validTo: field(residentPlaces.validTo),
  };
}

function readRaw(block: Uint8Array, place: FieldPlace): string {
  return new TextDecoder('utf-16le').decode(block.subarray(place.offset, place.offset + place.bytes));
}

/** Some old cards pad with zeros instead of spaces. */
function readField(block: Uint8Array, place: FieldPlace): string {
  return readRaw(block, place).replaceAll('\0', ' ').trim();
}

function check(raw: Record<string, string>): Result<IdentityDocument> {
  const filled = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== ''));
  if (filled['validTo'] === '长期') filled['validTo'] = 'long-term';
  const parsed = identityDocumentSchema.safeParse(filled);
  const problems = new Set<string>();
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.add(String(issue.path[0] ?? 'document'));
  }
  for (const key of ['birthday', 'validFrom', 'validTo']) {
    const value = filled[key];
    if (value !== undefined && value !== 'long-term' && !isCalendarDate(value)) problems.add(key);
  }
  // A lone half of a surrogate pair decodes to U+FFFD: a torn character must not reach an application.
  for (const [key, value] of Object.entries(filled)) if (value.includes('\uFFFD')) problems.add(key);
  if (!parsed.success || problems.size > 0) return unreadable([...problems].sort().join(', '));
  return ok(parsed.data);
}

function unreadable(detail: string): Result<IdentityDocument> {
  return err(fault('card.unreadable-text', `text block: ${detail}`));
}

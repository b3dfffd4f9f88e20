import type { IdentityDocument } from '#contract/identity.ts';
import {
  foreign2017Places,
  foreign2023Places,
  residentPlaces,
  TYPE_MARK,
  type FieldPlace,
} from './text-block.ts';
import { ADDED_ADDRESS_BYTES, TEXT_BYTES } from './protocol.ts';

/** What a card holds, as the module hands it out: the simulator's and the tests' side of text-block.ts. */

/** Throws when a value does not fit its field: synthetic people are the programmer's. */
export function textBlockOf(document: IdentityDocument): Uint8Array {
  const block = new Uint8Array(TEXT_BYTES);
  for (let index = 0; index < TEXT_BYTES; index += 2) block[index] = 0x20;
  const put = (place: FieldPlace, value: string | undefined) => writeField(block, place, value ?? '');
  const validTo = document.validTo === 'long-term' ? '长期' : document.validTo;
  switch (document.kind) {
    case 'resident':
    case 'hmt-permit':
      put(residentPlaces.name, document.name);
      put(residentPlaces.sex, document.sex);
      put(residentPlaces.nation, document.nation);
      put(residentPlaces.birthday, document.birthday);
      put(residentPlaces.address, document.address);
      put(residentPlaces.number, document.number);
      put(residentPlaces.issuer, document.issuer);
      put(residentPlaces.validFrom, document.validFrom);
      put(residentPlaces.validTo, validTo);
      put(TYPE_MARK, document.kind === 'hmt-permit' ? 'J' : '');
      return block;
    case 'foreign-permanent-2017':
      put(foreign2017Places.nameEnglish, document.nameEnglish);
      put(foreign2017Places.sex, document.sex);
      put(foreign2017Places.number, document.number);
      put(foreign2017Places.name, document.name === document.nameEnglish ? '' : document.name);
      put(foreign2017Places.validFrom, document.validFrom);
      put(foreign2017Places.validTo, validTo);
      put(foreign2017Places.birthday, document.birthday);
      put(TYPE_MARK, 'I');
      return block;
    case 'foreign-permanent-2023': {
      const english = document.nameEnglish ?? '';
      put(foreign2023Places.name, document.name === document.nameEnglish ? '' : document.name);
      put(foreign2023Places.sex, document.sex);
      put(foreign2023Places.birthday, document.birthday);
      put(foreign2023Places.nameEnglish, english.slice(0, 35));
      put(foreign2023Places.nameEnglishRest, english.slice(35));
      put(foreign2023Places.number, document.number);
      put(foreign2023Places.validFrom, document.validFrom);
      put(foreign2023Places.validTo, validTo);
      put(TYPE_MARK, 'Y');
      return block;
    }
    default: {
      const never: never = document.kind;
      return never;
    }
  }
}

/** The data of 30 03. Throws when an address does not fit. */
export function addedAddressesOf(addresses: readonly string[]): Uint8Array {
  const data = new Uint8Array(addresses.length * ADDED_ADDRESS_BYTES);
  for (let index = 0; index < data.length; index += 2) data[index] = 0x20;
  addresses.forEach((address, index) => {
    writeField(data, { offset: index * ADDED_ADDRESS_BYTES, bytes: ADDED_ADDRESS_BYTES }, address);
  });
  return data;
}

function writeField(block: Uint8Array, place: FieldPlace, value: string): void {
  if (value.length * 2 > place.bytes) throw new Error(`a value does not fit the field at ${place.offset}`);
  for (let index = 0; index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    block[place.offset + 2 * index] = unit & 0xff;
    block[place.offset + 2 * index + 1] = unit >> 8;
  }
}

/** The WLT header that real photos share, and noise behind it: nothing here decodes the photo. */
export function photoOf(seed: number): Uint8Array {
  const photo = new Uint8Array(1024);
  photo.set([0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00, 0x32, 0x00, 0x00, 0xff, 0x85, 0x50, 0x51, 0x51, 0x51, 0x3e]);
  let state = seed;
  for (let index = 16; index < photo.length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    photo[index] = (state >>> 16) & 0xff;
  }
  return photo;
}

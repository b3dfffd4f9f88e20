import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citizenNumberProblem, identityDocumentSchema } from '#contract/identity.ts';
import { textBlockOf } from './card-image.ts';
import { syntheticPeople, syntheticPerson } from './synthetic-people.ts';
import { parseTextBlock } from './text-block.ts';

/** Offsets in bytes, from the table of GA/T 490-2019. */
type Layout = readonly (readonly [offset: number, text: string])[];

const residentLayout: Layout = [
  [0, '张三'],
  [30, '1'],
  [32, '01'],
  [36, '19491231'],
  [52, '示范路1号'],
  [122, '999901194503120014'],
  [158, '示范分局'],
  [188, '20060501'],
  [204, '长期'],
];

function blockOf(layout: Layout): Uint8Array {
  const block = Buffer.alloc(256);
  for (let index = 0; index < 256; index += 2) block.writeUInt16LE(0x20, index);
  for (const [offset, text] of layout) block.write(text, offset, 'utf16le');
  return block;
}

describe('the text block', () => {
  it.each(syntheticPeople.map((person) => [person.id, person.document] as const))(
    'of %s comes back as it is',
    (_id, document) => {
      expect(parseTextBlock(textBlockOf(document))).toEqual({ ok: true, value: document });
    },
  );

  it('is laid out as the standard says, read here without our encoder', () => {
    expect(parseTextBlock(blockOf(residentLayout))).toEqual({
      ok: true,
      value: {
        kind: 'resident',
        idType: '111',
        name: '张三',
        sex: '1',
        nation: '01',
        birthday: '19491231',
        address: '示范路1号',
        number: '999901194503120014',
        issuer: '示范分局',
        validFrom: '20060501',
        validTo: 'long-term',
      },
    });
  });

  it('of a permit is laid out like it, with no nation and a pass number that is not asked for', () => {
    const layout = residentLayout.filter(([offset]) => offset !== 32 && offset !== 204);
    const permit = blockOf([...layout, [204, '20300101'], [220, 'H00000000'], [238, '01'], [248, 'J']]);
    expect(parseTextBlock(permit)).toEqual({
      ok: true,
      value: {
        kind: 'hmt-permit',
        idType: '554',
        name: '张三',
        sex: '1',
        birthday: '19491231',
        address: '示范路1号',
        number: '999901194503120014',
        issuer: '示范分局',
        validFrom: '20060501',
        validTo: '20300101',
      },
    });
  });

  it('of a 2017 card has its English name first and its birthday last', () => {
    const card = blockOf([
      [0, 'SAMPLE, SUSAN'],
      [120, '2'],
      [122, 'XXA999981010101'],
      [152, 'XXA'],
      [158, '苏珊'],
      [188, '20190101'],
      [204, '20290101'],
      [220, '19810101'],
      [236, '01'],
      [240, '1500'],
      [248, 'I'],
    ]);
    expect(parseTextBlock(card)).toEqual({
      ok: true,
      value: {
        kind: 'foreign-permanent-2017',
        idType: '553',
        name: '苏珊',
        nameEnglish: 'SAMPLE, SUSAN',
        sex: '2',
        birthday: '19810101',
        number: 'XXA999981010101',
        validFrom: '20190101',
        validTo: '20290101',
      },
    });
  });

  it('of a 2023 card has the end of a long English name behind its dates', () => {
    const card = blockOf([
      [0, '苏珊'],
      [30, '2'],
      [32, '01'],
      [36, '19810101'],
      [52, 'MAXIMILIANA ALEXANDRINA SAMPLEHAUSE'],
      [122, '999999198101010029'],
      [188, '20240101'],
      [204, '20340101'],
      [220, 'N JUNIOR'],
      [242, '999'],
      [248, 'Y'],
    ]);
    expect(parseTextBlock(card)).toEqual({
      ok: true,
      value: {
        kind: 'foreign-permanent-2023',
        idType: '553',
        name: '苏珊',
        nameEnglish: 'MAXIMILIANA ALEXANDRINA SAMPLEHAUSEN JUNIOR',
        sex: '2',
        birthday: '19810101',
        number: '999999198101010029',
        validFrom: '20240101',
        validTo: '20340101',
      },
    });
  });

  it('says long-term by two characters, which no other layout takes for a date', () => {
    const layout = residentLayout.filter(([offset]) => offset !== 204);
    for (const wrong of ['长', '期长', '20061301']) {
      const parsed = parseTextBlock(blockOf([...layout, [204, wrong]]));
      expect(parsed.ok ? null : parsed.fault.detail).toBe('text block: validTo');
    }
  });

  it('keeps a name of 15 units whose last character is a surrogate pair', () => {
    const name = '测试测试测试测试测试测试测𠮷';
    const parsed = parseTextBlock(blockOf([...residentLayout.filter(([offset]) => offset !== 0), [0, name]]));
    expect(parsed.ok && parsed.value.name).toBe(name);
  });

  it.each(['X', '长', 'j'])('with the type mark %s is of no card that is known', (mark) => {
    const parsed = parseTextBlock(blockOf([...residentLayout, [248, mark]]));
    expect(parsed.ok ? null : parsed.fault.detail).toBe('text block: type mark');
  });

  it('of a permit has a blank nation field, which is left out', () => {
    const parsed = parseTextBlock(textBlockOf(syntheticPerson('hong-kong-permit')));
    expect(parsed.ok && parsed.value.idType).toBe('554');
    expect(parsed.ok && 'nation' in parsed.value).toBe(false);
  });

  it('of a 2017 foreign permanent resident card is read', () => {
    const document = identityDocumentSchema.parse({
      kind: 'foreign-permanent-2017',
      idType: '553',
      name: '苏珊',
      nameEnglish: 'SUSAN SAMPLE',
      sex: '2',
      birthday: '19810101',
      number: 'XXA999981010101',
      validFrom: '20190101',
      validTo: '20290101',
    });
    expect(parseTextBlock(textBlockOf(document))).toEqual({ ok: true, value: document });
  });

  it('of a 2023 foreign permanent resident card joins the two halves of a long English name', () => {
    const document = identityDocumentSchema.parse({
      kind: 'foreign-permanent-2023',
      idType: '553',
      name: 'MAXIMILIANA ALEXANDRINA SAMPLEHAUSEN JUNIOR',
      nameEnglish: 'MAXIMILIANA ALEXANDRINA SAMPLEHAUSEN JUNIOR',
      sex: '2',
      birthday: '19810101',
      number: '999999198101010029',
      validFrom: '20240101',
      validTo: '20340101',
    });
    expect(parseTextBlock(textBlockOf(document))).toEqual({ ok: true, value: document });
  });

  it('that makes no sense is card.unreadable-text, and the fault holds no value of the card', () => {
    const block = textBlockOf(syntheticPerson('zhang-jianguo'));
    Buffer.from(block.buffer).write('1945XX12', 36, 'utf16le');
    const parsed = parseTextBlock(block);
    expect(parsed.ok ? null : parsed.fault).toEqual({
      code: 'card.unreadable-text',
      detail: 'text block: birthday',
    });
  });

  it('with half of a surrogate pair is refused', () => {
    const block = textBlockOf(syntheticPerson('rare-name'));
    block[2] = 0x20;
    block[3] = 0x00;
    const parsed = parseTextBlock(block);
    expect(parsed.ok ? null : parsed.fault.detail).toBe('text block: name');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const parsed = parseTextBlock(bytes);
        if (!parsed.ok) expect(parsed.fault.code).toBe('card.unreadable-text');
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (bytes) => {
        bytes[248] = 0x20;
        bytes[249] = 0;
        parseTextBlock(bytes);
      }),
    );
  });
});

describe('the synthetic people', () => {
  it('are of region 999901, with right check characters, and the resident’s birthday is the number’s', () => {
    for (const { document } of syntheticPeople) {
      expect(document.number.slice(0, 6)).toBe('999901');
      expect(citizenNumberProblem(document.number, '20261121')).toBeNull();
      expect(document.number.slice(6, 14)).toBe(document.birthday);
      expect(identityDocumentSchema.safeParse(document).success).toBe(true);
    }
  });
});

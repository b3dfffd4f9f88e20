import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PAGES_OF_A_PAPER, MAX_VISIT_PHOTOS } from '#contract/paper.ts';
import { MAX_PHOTO_PART_BYTES } from '#contract/photo-limits.ts';
import { jpegSize } from './jpeg.ts';
import { createVisitPapers, type PhotoPart, type VisitPapers } from './papers.ts';

/** A JPEG as far as anybody looks before the scan: its size, and so many bytes in all. */
function jpeg(byteCount: number, width = 1200, height = 900): Uint8Array {
  const bytes = new Uint8Array(byteCount).fill(0x55);
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0]);
  bytes.set([0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255], 8);
  bytes.set([0xff, 0xd9], byteCount - 2);
  return bytes;
}

function partsOf(photoId: string, bytes: Uint8Array, more: Partial<PhotoPart> = {}): PhotoPart[] {
  const parts = Math.ceil(bytes.length / MAX_PHOTO_PART_BYTES);
  return Array.from({ length: parts }, (_none, part) => ({
    key: '银行卡',
    applicationId: 'a',
    photoId,
    part,
    parts,
    bytes: bytes.subarray(part * MAX_PHOTO_PART_BYTES, (part + 1) * MAX_PHOTO_PART_BYTES),
    doubts: [],
    replaces: null,
    ...more,
  }));
}

function takeAll(papers: VisitPapers, parts: readonly PhotoPart[]) {
  return parts.map((part) => papers.receive(part)).at(-1);
}

const ids = (papers: VisitPapers, key = '银行卡') => papers.pagesOf(key).map(({ photoId }) => photoId);

describe('a photograph', () => {
  it('is there with its last part, whole, and known by its hash', () => {
    const papers = createVisitPapers();
    const bytes = jpeg(MAX_PHOTO_PART_BYTES * 2 + 10);
    const parts = partsOf('p', bytes);
    expect(parts.slice(0, 2).map((part) => papers.receive(part))).toEqual([
      { ok: true, value: false },
      { ok: true, value: false },
    ]);
    expect(ids(papers)).toEqual([]);
    expect(takeAll(papers, parts.slice(2))).toEqual({ ok: true, value: true });
    expect(Buffer.compare(papers.photo('p')?.bytes ?? Buffer.alloc(0), bytes)).toBe(0);
    expect(papers.photo('p')?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is taken once when the answer to any part was lost and the part comes again', () => {
    const papers = createVisitPapers();
    const twice = partsOf('p', jpeg(MAX_PHOTO_PART_BYTES + 10)).flatMap((part) => [part, part]);
    expect(takeAll(papers, twice)).toEqual({ ok: true, value: true });
    expect(ids(papers)).toEqual(['p']);
  });

  it('of which a part is missing is refused by name, and can be sent anew', () => {
    const papers = createVisitPapers();
    const parts = partsOf('p', jpeg(MAX_PHOTO_PART_BYTES * 2 + 10));
    expect(
      takeAll(
        papers,
        parts.filter(({ part }) => part !== 1),
      ),
    ).toMatchObject({
      fault: { code: 'paper.broken-off' },
    });
    expect(takeAll(papers, parts.slice(1))).toMatchObject({ fault: { code: 'paper.broken-off' } });
    expect(takeAll(papers, parts)).toEqual({ ok: true, value: true });
  });

  it('comes in the place of the one that was taken again, and pages keep the order that they are given', () => {
    const papers = createVisitPapers();
    for (const id of ['1', '2', '3']) takeAll(papers, partsOf(id, jpeg(500)));
    takeAll(papers, partsOf('2b', jpeg(600), { replaces: '2' }));
    expect(ids(papers)).toEqual(['1', '2b', '3']);
    papers.move('银行卡', '3', 0);
    expect(ids(papers)).toEqual(['3', '1', '2b']);
    papers.drop('银行卡', '1');
    expect(ids(papers)).toEqual(['3', '2b']);
    expect(papers.photo('1')).toBeNull();
  });

  it('over the pages that a paper or a visit holds is refused by name, and all others are kept', () => {
    const papers = createVisitPapers();
    const put = (key: string, index: number) =>
      takeAll(papers, partsOf(`${key}${index}`, jpeg(400), { key }));
    for (let index = 0; index < MAX_PAGES_OF_A_PAPER; index += 1) expect(put('a', index)?.ok).toBe(true);
    expect(papers.canAdd('a')).toBe(false);
    expect(put('a', 99)).toMatchObject({ fault: { code: 'paper.too-many' } });
    for (const key of ['b', 'c']) {
      for (let index = 0; index < MAX_PAGES_OF_A_PAPER; index += 1) put(key, index);
    }
    expect(['a', 'b', 'c'].flatMap((key) => ids(papers, key))).toHaveLength(MAX_VISIT_PHOTOS);
    expect(put('d', 0)).toMatchObject({ fault: { code: 'paper.too-many' } });
    // One that is taken again takes no more room.
    expect(takeAll(papers, partsOf('again', jpeg(400), { key: 'a', replaces: 'a0' }))?.ok).toBe(true);
  });

  it('of more bytes than a photograph has is refused by name', () => {
    const papers = createVisitPapers();
    const last = papers.receive.bind(papers);
    const results = partsOf('p', jpeg(4_194_304 + MAX_PHOTO_PART_BYTES)).map(last);
    expect(results.find((result) => !result.ok)).toMatchObject({ fault: { code: 'paper.too-large' } });
    expect(ids(papers)).toEqual([]);
  });
});

describe('what is no page', () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, ...jpeg(100)]);
  const refused: [string, Uint8Array][] = [
    ['a PNG', png],
    ['a JPEG that breaks off', jpeg(500).subarray(0, 400)],
    ['a JPEG of one pixel', jpeg(500, 1, 1)],
    ['a JPEG of a size that nobody photographs', jpeg(500, 60_000, 60_000)],
    ['two bytes', Uint8Array.from([0xff, 0xd8])],
  ];

  it.each(refused)('%s is refused by name', (_name, bytes) => {
    expect(takeAll(createVisitPapers(), partsOf('p', bytes))).toMatchObject({
      fault: { code: 'paper.not-a-photo' },
    });
  });

  it('no bytes whatever throw, and a damaged JPEG has a size that is taken or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(120), fc.nat(255), (noise, at, value) => {
        jpegSize(noise);
        const damaged = jpeg(120);
        damaged[at % 120] = value;
        const size = jpegSize(damaged);
        return size === null || (size.width >= 160 && size.width <= 4000);
      }),
    );
  });
});

import { encode as encodeQrModules } from 'uqr';
import { setDot, isDotSet, type DotImage, type RenderedItem } from './render.ts';

/**
 * A rendered receipt as the head burns it: one dot, one pixel, for decoders of codes and images to read. Of
 * characters that the firmware draws only the places are shown, as frames.
 */
const COLUMN_DOTS = 12;
const TEXT_DOTS = 24;
const LINE_DOTS = 30;
const IMAGE_MARK = '￼';

/** Bars and gaps in turn of the 107 characters of CODE 128 (ISO/IEC 15417, table 1), in modules. */
const CODE128_WIDTHS =
  '212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122' +
  '123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323' +
  '131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131' +
  '213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122' +
  '141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112' +
  '124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141' +
  '4111312114122112142112322331112';

export function dotPaper(items: readonly RenderedItem[], columns: number): DotImage {
  const blocks = items.map((item) => blockOf(item, columns * COLUMN_DOTS));
  const widthDots = columns * COLUMN_DOTS;
  const heightDots = blocks.reduce((total, block) => total + block.heightDots, 0);
  const paper = blank(widthDots, heightDots);
  let top = 0;
  for (const { dots, heightDots: height, align } of blocks) {
    const free = Math.max(0, widthDots - dots.widthDots);
    copyDots(dots, paper, align === 'left' ? 0 : align === 'right' ? free : Math.floor(free / 2), top);
    top += height;
  }
  return paper;
}

interface Block {
  readonly dots: DotImage;
  readonly heightDots: number;
  readonly align: 'left' | 'center' | 'right';
}

function blockOf(item: RenderedItem, paperDots: number): Block {
  switch (item.type) {
    case 'text':
      return { ...textBlock(item), align: item.align };
    case 'qr': {
      const { data } = encodeQrModules(item.data, { ecc: item.level, border: 0 });
      return block(scaled(data, item.moduleDots), item.align);
    }
    case 'barcode':
      return block(bars(item.symbols, item.moduleDots, item.heightDots), item.align);
    case 'image':
      return block(item.image, item.align);
    case 'feed':
      return { dots: blank(1, 1), heightDots: item.lines * LINE_DOTS, align: 'left' };
    case 'cut':
      return block(blank(paperDots, 1), 'left');
    default: {
      const never: never = item;
      return never;
    }
  }
}

function block(dots: DotImage, align: Block['align']): Block {
  return { dots, heightDots: dots.heightDots, align };
}

function textBlock(item: Extract<RenderedItem, { type: 'text' }>): Omit<Block, 'align'> {
  const images = [...item.images];
  const cells = Array.from(item.text, (character) => {
    const image = character === IMAGE_MARK ? images.shift() : undefined;
    const columns = (character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2;
    return {
      image,
      isSpace: character === ' ',
      width: image?.widthDots ?? columns * COLUMN_DOTS * item.widthScale,
    };
  });
  const height = TEXT_DOTS * item.heightScale;
  const dots = blank(
    Math.max(
      1,
      cells.reduce((total, { width }) => total + width, 0),
    ),
    height,
  );
  let left = 0;
  for (const { image, isSpace, width } of cells) {
    if (image !== undefined) copyDots(image, dots, left, height - image.heightDots);
    else if (!isSpace) frame(dots, left + 1, width - 2, height);
    left += width;
  }
  return { dots, heightDots: LINE_DOTS * item.heightScale };
}

function frame(dots: DotImage, left: number, width: number, height: number): void {
  for (let x = left; x < left + width; x += 1) {
    setDot(dots, x, 1);
    setDot(dots, x, height - 2);
  }
  for (let y = 1; y < height - 1; y += 1) {
    setDot(dots, left, y);
    setDot(dots, left + width - 1, y);
  }
}

function scaled(modules: readonly (readonly boolean[])[], dotsEach: number): DotImage {
  const side = modules.length * dotsEach;
  const dots = blank(side, side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (modules[Math.floor(y / dotsEach)]?.[Math.floor(x / dotsEach)]) setDot(dots, x, y);
    }
  }
  return dots;
}

function bars(symbols: readonly number[], moduleDots: number, heightDots: number): DotImage {
  const widths = symbols
    .map((symbol) => CODE128_WIDTHS.slice(symbol * 6, symbol === 106 ? undefined : symbol * 6 + 6))
    .join('');
  const modules = Array.from(widths, (width, index) =>
    Array<boolean>(Number(width)).fill(index % 2 === 0),
  ).flat();
  const dots = blank(modules.length * moduleDots, heightDots);
  modules.forEach((isBar, index) => {
    if (!isBar) return;
    for (let x = 0; x < moduleDots; x += 1) {
      for (let y = 0; y < heightDots; y += 1) setDot(dots, index * moduleDots + x, y);
    }
  });
  return dots;
}

function blank(widthDots: number, heightDots: number): DotImage {
  return { widthDots, heightDots, bits: new Uint8Array(Math.ceil(widthDots / 8) * heightDots) };
}

/** What lies beyond the edge of the paper is not burnt. */
function copyDots(from: DotImage, to: DotImage, left: number, top: number): void {
  for (let y = 0; y < from.heightDots; y += 1) {
    for (let x = 0; x < from.widthDots && left + x < to.widthDots; x += 1) {
      if (isDotSet(from, x, y)) setDot(to, left + x, top + y);
    }
  }
}

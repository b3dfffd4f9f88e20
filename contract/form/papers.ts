import type { Answers } from '../answers.ts';
import type { Material, ServiceItem } from '../item.ts';
import type { PaperWay } from '../paper.ts';
import { holds } from './conditions.ts';

type Obtain = Material['obtain'][number];

/** Ways in which a paper is had without the resident's showing it: read, looked up, filled in or printed here. */
const HAD_HERE: readonly Obtain[] = ['idreader', 'ecert', 'auto', 'form', 'print'];
const PHOTOGRAPHED: readonly Obtain[] = ['scan', 'camera'];
const LOOKED_UP: readonly Obtain[] = ['ecert', 'auto'];

const has = (material: Material, ways: readonly Obtain[]): boolean =>
  material.obtain.some((way) => ways.includes(way));

/**
 * The papers that these answers ask for and that the resident still has to show, all at once (行政许可法 art. 32:
 * whatever is missing is told one time). One that may follow later is among them: `necessity` says so.
 */
export function papersToBring(item: ServiceItem, answers: Answers): Material[] {
  return item.materials.filter((material) => holds(material.condition, answers) && !has(material, HAD_HERE));
}

/** Those of them that a camera asks for, one page of the form each. */
export function papersToPhotograph(item: ServiceItem, answers: Answers): Material[] {
  return papersToBring(item, answers).filter((material) => has(material, PHOTOGRAPHED));
}

/** Every paper that the check page tells about: those to show, and those that may be shown and are looked up else. */
export function papersConcerned(item: ServiceItem, answers: Answers): Material[] {
  return item.materials.filter(
    (material) =>
      holds(material.condition, answers) && (has(material, PHOTOGRAPHED) || !has(material, HAD_HERE)),
  );
}

/** The ways in which a paper may be handed in, the usual one first. */
export function waysOf(material: Material, hasCamera: boolean): PaperWay[] {
  const ways: PaperWay[] = [];
  if (hasCamera && has(material, PHOTOGRAPHED)) ways.push('photo');
  ways.push('staff');
  if (has(material, LOOKED_UP)) ways.push('look-up');
  if (material.necessity === '3') ways.push('later');
  if (material.necessity === '2') ways.push('none');
  return ways;
}

/** What holds for a paper that nobody was asked about. */
export function usualWay(material: Material): PaperWay {
  return has(material, HAD_HERE) ? 'look-up' : material.necessity === '3' ? 'later' : 'staff';
}

/** A picture of the applicant, and no text: it is photographed, and not scanned. */
export function isPicture(material: Material): boolean {
  return has(material, ['camera']) && !has(material, ['scan']);
}

/** The same paper in all items: what was photographed for one is there for the next. */
export function paperKey(material: Material): string {
  return material.eCert ?? material.name.zh;
}

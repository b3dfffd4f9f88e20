import type { Answers } from '../answers.ts';
import type { Material, ServiceItem } from '../item.ts';
import { holds } from './conditions.ts';

/** Ways in which a paper is had without anything being brought: read, looked up, filled in or taken here. */
const HAD_HERE: readonly Material['obtain'][number][] = [
  'idreader',
  'ecert',
  'auto',
  'form',
  'camera',
  'print',
];

/**
 * The papers that these answers ask for and that the resident still has to bring, all at once (行政许可法 art. 32:
 * whatever is missing is told one time). One that may follow later is among them: `necessity` says so.
 */
export function papersToBring(item: ServiceItem, answers: Answers): Material[] {
  return item.materials.filter(
    (material) =>
      holds(material.condition, answers) && !material.obtain.some((way) => HAD_HERE.includes(way)),
  );
}

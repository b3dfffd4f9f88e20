import { intoSquare, type Stroke } from '../strokes/geometry.ts';
import { strokeKinds, type StrokeKind } from '../strokes/stroke-format.ts';

export interface TaughtCharacter {
  readonly strokes: readonly Stroke[];
  readonly kinds: readonly StrokeKind[];
}

const POINTS = 8;
const NUMBERS = POINTS * 2;
/** Of the strokes with a known kind, so many are asked; more change no answer and take minutes. */
const MAX_TEACHERS = 6_000;
const NEIGHBOURS = 5;
/** How much a stroke's place and size count beside its form: a dot and a stroke downwards differ in little else. */
const PLACE_WEIGHT = 0.5;

/**
 * Tells the kinds of a character's strokes from the strokes that are most alike among characters whose kinds are
 * known. A rule of angles would have to know by itself that the left dot of 心 is a dot and that of 小 is not.
 */
export function kindTeacher(
  taught: readonly TaughtCharacter[],
): (strokes: readonly Stroke[]) => StrokeKind[] {
  const all = taught.flatMap(({ strokes, kinds }) =>
    formsOf(strokes).map((form, index) => ({ form, kind: kinds[index] ?? '5' })),
  );
  const every = Math.max(1, Math.ceil(all.length / MAX_TEACHERS));
  const teachers = all.filter((_teacher, index) => index % every === 0);
  return (strokes) => formsOf(strokes).map((form) => kindOf(form, teachers));
}

/** Form first: the steps between points, which are the same wherever the stroke stands; then where it stands. */
function formsOf(strokes: readonly Stroke[]): Float64Array[] {
  const square = intoSquare(strokes, POINTS, 1);
  return strokes.map((_stroke, index) => {
    const place = square.slice(index * NUMBERS, (index + 1) * NUMBERS);
    const form = new Float64Array(NUMBERS * 2);
    let length = 0;
    for (let at = 2; at < NUMBERS; at += 2) {
      length += Math.hypot(
        (place[at] ?? 0) - (place[at - 2] ?? 0),
        (place[at + 1] ?? 0) - (place[at - 1] ?? 0),
      );
    }
    place.forEach((value, at) => {
      form[at] = (value - (place[at % 2] ?? 0)) / (length || 1);
      form[NUMBERS + at] = value * PLACE_WEIGHT;
    });
    return form;
  });
}

function kindOf(
  form: Float64Array,
  teachers: readonly { readonly form: Float64Array; readonly kind: StrokeKind }[],
): StrokeKind {
  const nearest: { kind: StrokeKind; away: number }[] = [];
  for (const { form: other, kind } of teachers) {
    let away = 0;
    for (let index = 0; index < form.length; index += 1)
      away += ((form[index] ?? 0) - (other[index] ?? 0)) ** 2;
    if (nearest.length === NEIGHBOURS && away >= (nearest.at(-1)?.away ?? Infinity)) continue;
    if (nearest.length === NEIGHBOURS) nearest.pop();
    nearest.push({ kind, away });
    nearest.sort((a, b) => a.away - b.away);
  }
  const votes = strokeKinds.map((kind) => ({
    kind,
    votes: nearest.filter((neighbour) => neighbour.kind === kind).length,
  }));
  return votes.toSorted((a, b) => b.votes - a.votes)[0]?.kind ?? '5';
}

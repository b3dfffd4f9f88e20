/** One recorded life (life.ts) in a process of its own. Arguments: the folder, the days, a planted bug or `none`. */
import { live } from './life.ts';
import { openMarks } from './marks.ts';
import type { PlantedBug } from './planted-bugs.ts';

const [root = '', days = '1', bug = 'none'] = process.argv.slice(2);
const end = await live({
  root,
  days: Number(days),
  bug: bug as PlantedBug, // our own test starts us
  mark: openMarks(),
});
// As a terminal whose store broke ends: at once, with nothing closed.
process.exit({ evening: 0, broken: 70, refused: 4 }[end]);

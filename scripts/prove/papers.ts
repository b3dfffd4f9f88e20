import { findPaper } from '../../renderer/papers/find-paper.ts';
import { judgePage } from '../../renderer/papers/judge-page.ts';
import { distance, type GrayPicture, type Picture } from '../../renderer/papers/picture.ts';
import { sizeOf, straightened } from '../../renderer/papers/straighten.ts';
import { a4, card, printedPage, type PaperKind } from '../../renderer/papers/synthetic/page.ts';
import { ordinaryScene, photograph, type Scene } from '../../renderer/papers/synthetic/photograph.ts';

/** A sheet that lies across, as it does under a document camera. */
const across: PaperKind = { ...a4, widthMm: a4.heightMm, heightMm: a4.widthMm };
const FRAME = { width: 1400, height: 1050 };
const SCENES = 30;
/** A corner that is further off than this, in pixels of the frame, cuts text away. */
const CORNER_PX = 6;

interface Condition {
  readonly name: string;
  readonly change: (scene: Scene) => Partial<Scene>;
  /** The doubt that it must raise; null: none at all. */
  readonly doubt: 'blur' | 'glare' | 'dark' | null;
  /** Share of scenes that must be judged so. */
  readonly goal: number;
}

const middle = { x: FRAME.width / 2, y: FRAME.height / 2 };

const conditions: readonly Condition[] = [
  { name: 'sharp', change: () => ({}), doubt: null, goal: 0.97 },
  { name: 'lens blur of 0.7 px', change: () => ({ blurPx: 0.7 }), doubt: null, goal: 0.97 },
  { name: 'lens blur of 1 px', change: () => ({ blurPx: 1 }), doubt: null, goal: 0.95 },
  { name: 'blur of 2.5 px', change: () => ({ blurPx: 2.5 }), doubt: 'blur', goal: 0.95 },
  { name: 'blur of 4 px', change: () => ({ blurPx: 4 }), doubt: 'blur', goal: 0.97 },
  {
    name: 'a lamp mirrored',
    change: () => ({ glare: { at: middle, radiusPx: 120 } }),
    doubt: 'glare',
    goal: 0.97,
  },
  { name: 'a fifth of the light', change: ({ light }) => ({ light: light / 5 }), doubt: 'dark', goal: 0.97 },
];

/** How often edges are found and pages judged rightly, on pages and tables that a seed makes. */
export async function provePapers(say: (line: string) => void): Promise<string> {
  const figures: string[] = [];
  for (const [name, kind] of [
    ['A4', across],
    ['card', card],
  ] as const) {
    const pages = [1, 2, 3, 4].map((seed) => printedPage(kind, seed));
    for (const condition of conditions) {
      const figure = judged(pages, kind, condition);
      const line = `${name}, ${condition.name}: edges ${percent(figure.found)}, judged rightly ${percent(figure.right)}, worst corner ${figure.worstPx.toFixed(1)} px`;
      say(line);
      if (figure.right < condition.goal) throw new Error(line);
      if (condition.doubt === null) figures.push(percent(figure.found));
    }
  }
  return Promise.resolve(`edges found in ${figures.join(', ')} of pages that nothing is wrong with`);
}

function judged(pages: readonly GrayPicture[], kind: PaperKind, { change, doubt }: Condition) {
  let found = 0;
  let right = 0;
  let worstPx = 0;
  for (let seed = 1; seed <= SCENES; seed += 1) {
    const page = pages[seed % pages.length];
    if (!page) continue;
    const scene = ordinaryScene(seed * 7, FRAME, kind.widthMm / kind.heightMm);
    const frame: Picture = photograph(page, { ...scene, ...change(scene) });
    const paper = findPaper(frame);
    if (paper === null || paper.isCutOff) continue;
    const off = Math.max(...paper.quad.map((corner, index) => distance(corner, scene.quad[index] ?? corner)));
    if (off <= CORNER_PX) found += 1;
    worstPx = Math.max(worstPx, off);
    const { width, height } = sizeOf(paper.quad);
    const doubts = judgePage(straightened(frame, paper.quad), Math.max(width, height)).filter(
      // How near the camera hangs is not what is proven here.
      (one) => one !== 'far',
    );
    if (doubt === null ? doubts.length === 0 : doubts.includes(doubt)) right += 1;
  }
  return { found: found / SCENES, right: right / SCENES, worstPx };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

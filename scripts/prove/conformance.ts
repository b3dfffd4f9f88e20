import { copyPlatform, type CopiedPlatform } from '../../tests/conformance/copied-platform.ts';
import { defects, type Defect } from '../../tests/conformance/defects.ts';
import { isChosen } from '../../tests/conformance/options.ts';
import { countsOf } from '../../tests/conformance/report.ts';
import { findingOf, type Finding } from '../../tests/conformance/finding.ts';

/** How many copies are judged side by side: each is mostly waiting for its database. */
const COPIES = 2;

/** Every rule of the suite against a copy of the platform in which one line breaks it, and the suite against the platform as it is. */
export async function proveConformance(say: (line: string) => void, part: string | null): Promise<string> {
  const only = part === null ? null : part.split(',');
  const chosen = defects.filter(({ rule }) => isChosen({ only, without: [] }, rule));
  const first = await copyPlatform();
  const copies = [first, ...(await Promise.all(Array.from({ length: COPIES - 1 }, () => copyPlatform())))];
  try {
    const whole = countsOf(await first.judged(null, { only: null, without: [] }));
    say(`the platform as it is: ${String(whole.passed)} rules hold, ${String(whole.failed)} do not`);
    if (whole.failed > 0) throw new Error('the suite is red on the platform as it is');
    const findings = await judgedBy(copies, chosen, say);
    const unseen = findings.filter(({ isSeen }) => !isSeen);
    if (unseen.length > 0) throw new Error(`not seen: ${unseen.map(({ defect }) => defect.rule).join(', ')}`);
    return `${String(whole.passed)} rules hold; ${String(findings.length)} broken copies, each red at its rule`;
  } finally {
    await Promise.all(copies.map((copy) => copy.close()));
  }
}

async function judgedBy(
  copies: readonly CopiedPlatform[],
  chosen: readonly Defect[],
  say: (line: string) => void,
): Promise<readonly Finding[]> {
  const waiting = [...chosen];
  const findings: Finding[] = [];
  await Promise.all(
    copies.map(async (copy) => {
      for (let defect = waiting.shift(); defect !== undefined; defect = waiting.shift()) {
        const finding = await findingOf(copy, defect);
        findings.push(finding);
        const others = finding.others.length === 0 ? '' : `; with it ${finding.others.join(', ')}`;
        say(`${finding.isSeen ? 'seen  ' : 'UNSEEN'} ${defect.rule} ${finding.came}${others}`);
      }
    }),
  );
  return findings;
}

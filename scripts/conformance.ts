/**
 * `npm run conformance -- URL`: judges a platform by the norm, over HTTP alone (docs/norm.md). Exit code: 0 every judged rule
 * holds, 1 one does not, 2 usage.
 */
import { randomBytes } from 'node:crypto';
import { operatorOf } from '../tests/conformance/operator.ts';
import { readOrder, usage } from '../tests/conformance/options.ts';
import { countsOf, jsonReport, lastLine, lineOf } from '../tests/conformance/report.ts';
import { judge } from '../tests/conformance/run.ts';
import { themes } from '../tests/conformance/themes.ts';
import { requireNode } from './node-version.ts';

const EXIT_BROKEN = 1;
const EXIT_USAGE = 2;

requireNode('npm run conformance');
const order = readOrder(process.argv.slice(2));
switch (order.kind) {
  case 'help':
    console.log(usage);
    break;
  case 'list':
    for (const { title, rules } of themes) {
      console.log(title);
      for (const { id, clause } of rules) console.log(`  ${id}  ${clause}`);
    }
    break;
  case 'usage':
    console.error(`${order.why}\n\n${usage}`);
    process.exitCode = EXIT_USAGE;
    break;
  case 'run': {
    const { url, asJson, choice, options } = order;
    const all = await judge({
      url,
      deskToken: options.deskToken,
      operator: operatorOf(options, randomBytes(3).toString('hex')),
      wishes: { item: options.item, residentCode: options.residentCode, department: options.department },
      choice,
      now: Date.now,
      randomBytes,
      ...(asJson ? {} : { judged: (judged) => console.log(lineOf(judged)) }),
    });
    const counts = countsOf(all);
    console.log(asJson ? jsonReport(url, all) : lastLine(counts));
    process.exitCode = counts.failed > 0 ? EXIT_BROKEN : 0;
    break;
  }
  default: {
    const never: never = order;
    throw new Error(String(never));
  }
}

/** `npm run config -- …`: what a technician asks about configurations; without words it says which. */
import { runConfigCommand } from './command.ts';

const { code, out, problems } = runConfigCommand(process.argv.slice(2));
for (const line of out) console.log(line);
for (const line of problems) console.error(line);
process.exitCode = code;

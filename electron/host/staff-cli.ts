/** `npm run staff`: accounts and browsers, at a terminal that runs, whichever program it runs in. */
import { staffCommand } from '#door/control/staff-command.ts';

process.exitCode = await staffCommand(process.argv.slice(2), {
  program: 'npm run staff --',
  dataDir: null,
  streams: process,
});

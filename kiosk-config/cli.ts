/** `npm run config -- …`: what a technician asks about configurations; without words it says which. */
import { configCommand } from './command.ts';

process.exitCode = configCommand(process.argv.slice(2), 'npm run config --', process);

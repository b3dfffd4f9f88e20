/** `npm run config -- …`: what a technician asks about configurations; without words it says which. */
import { configCommand } from '#config/command.ts';
import { layerBeside } from '#terminal/parcels/layer-beside.ts';

process.exitCode = configCommand(process.argv.slice(2), 'npm run config --', layerBeside, process);

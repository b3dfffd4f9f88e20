/** Vitest, `node:sqlite` and running .ts files as they are need it; `npm run` brings it (node_modules/.bin). */
const NEEDED_MAJOR = 24;

/** Ends the process with what to do, when a script was started with the machine's own, older Node. */
export function requireNode(command: string): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NEEDED_MAJOR) return;
  console.error(
    `Node ${NEEDED_MAJOR} is needed, this is ${process.versions.node}: run it through npm: ${command}`,
  );
  process.exit(1);
}

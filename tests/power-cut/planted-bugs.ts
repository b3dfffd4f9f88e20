/** Bugs that the power-cut proof must find, or it would find none. */
export const plantedBugs = [
  'synchronous-normal',
  'confirm-before-commit',
  'key-folder-not-synced',
  'key-file-not-synced',
] as const;
export type PlantedBug = (typeof plantedBugs)[number] | 'none';

/**
 * How it is found out whether a card that was read still lies there. A module answers 80 to find in both
 * cases, and no source says what else it does (README, "A card left behind"):
 * - `reset-and-find`: 10 FF, after which a card that lies there is found again
 * - `read-manage-info`: 30 05 of the selected card, which fails when the card is gone
 * - `unknown`: it is not found out, and a card that is left behind is not shown
 */
export type CardPresence = 'reset-and-find' | 'read-manage-info' | 'unknown';

/** One kind of reader, by data: what is uncertain on hardware is a setting, and no code asks for a name. */
export interface CardReaderProfile {
  readonly id: string;
  readonly cardPresence: CardPresence;
}

/**
 * The one to begin with. A 9F after a reset proves that a card lies there: where a module does otherwise,
 * the alarm stays away, and never stays on. 30 05 may come out of the module's memory, and would then
 * accuse an empty field.
 */
export const SAM_V: CardReaderProfile = { id: 'sam-v', cardPresence: 'reset-and-find' };

export const cardReaderProfiles: readonly CardReaderProfile[] = [
  SAM_V,
  { id: 'sam-v-manage-info', cardPresence: 'read-manage-info' },
  { id: 'sam-v-no-presence', cardPresence: 'unknown' },
];

/** null for a name that is not in the list. */
export function cardReaderProfile(id: string): CardReaderProfile | null {
  return cardReaderProfiles.find((profile) => profile.id === id) ?? null;
}

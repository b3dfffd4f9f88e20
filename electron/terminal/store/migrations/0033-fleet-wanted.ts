/** What an order wants that takes longer than the program may live: it goes on with it after a restart (decision 0056). */
export const sql = `
-- JSON (contract/fleet.ts, orderSchema); null: an order that is followed at once, or never again.
ALTER TABLE fleet_order ADD COLUMN wanted TEXT;
`;

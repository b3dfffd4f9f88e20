/**
 * The card by which somebody who works here may sign in at the kiosk: a digest under the terminal's own key, and nothing that the
 * card says (decision 0061). One card an account, one account a card.
 */
export const sql = `
CREATE TABLE staff_card (
  staff_id TEXT PRIMARY KEY REFERENCES staff_account (staff_id),
  digest BLOB NOT NULL UNIQUE,
  registered_at_ms INTEGER NOT NULL
) STRICT;
`;

/**
 * The card by which somebody who works here may sign in at the kiosk: a digest under the terminal's own key, and nothing that the
 * card says (decision 0061). One card an account, one account a card. Without a foreign key: a program of before knows nothing of the table, and may do with accounts what it did.
 */
export const sql = `
CREATE TABLE staff_card (
  staff_id TEXT PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  registered_at_ms INTEGER NOT NULL
) STRICT;
`;

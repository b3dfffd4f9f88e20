/** The local day of each application, by which the days are reconciled. Older rows keep an empty one. */
export const sql = `
ALTER TABLE application ADD COLUMN received_on TEXT NOT NULL DEFAULT '';
CREATE INDEX application_received_on ON application (received_on, item_slug);
`;

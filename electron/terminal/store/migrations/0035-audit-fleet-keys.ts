/** By which key orders were followed is looked for at each start (fleet/fleet-keys.ts), in an audit of years. */
export const sql = `
CREATE INDEX audit_fleet_key ON audit (sequence) WHERE event IN ('fleet.key-pinned', 'fleet.key-changed');
`;

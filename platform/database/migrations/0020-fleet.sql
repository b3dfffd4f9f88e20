-- works-with: 0019
-- Signs the orders to terminals. Another key than platform_key: what departments verify is no order, and the other way round.
CREATE TABLE fleet_key (
  key_id      text PRIMARY KEY,
  public_key  jsonb NOT NULL,
  private_key jsonb NOT NULL,
  made_at     timestamptz NOT NULL
);

-- What was heard last of each terminal. No index but the key: an update touches none and stays in its page.
CREATE TABLE fleet_terminal (
  terminal_id text PRIMARY KEY REFERENCES terminal,
  station_id  text NOT NULL,
  -- Of a stable hash of its id, 0 to 9999: which terminals a release reaches first.
  bucket      smallint NOT NULL CHECK (bucket BETWEEN 0 AND 9999),
  heard_at    timestamptz NOT NULL,
  -- When it was to be heard again at the latest.
  silent_at   timestamptz NOT NULL,
  -- What residents lose by it most (platform/fleet/conditions.ts).
  condition   text NOT NULL,
  report      jsonb NOT NULL
) WITH (fillfactor = 50);

-- Changes of the condition only.
CREATE TABLE fleet_change (
  terminal_id text NOT NULL REFERENCES terminal,
  at          timestamptz NOT NULL,
  condition   text NOT NULL,
  PRIMARY KEY (terminal_id, at)
);

CREATE TABLE fleet_release (
  release_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind            text NOT NULL CHECK (kind IN ('program', 'config', 'catalogue')),
  version         text NOT NULL,
  manifest_sha256 text NOT NULL CHECK (manifest_sha256 ~ '^[0-9a-f]{64}$'),
  -- Where terminals go back to when it is withdrawn.
  back_version    text NOT NULL,
  back_sha256     text NOT NULL CHECK (back_sha256 ~ '^[0-9a-f]{64}$'),
  -- Before the first step of `percents`: terminals by name.
  canaries        text[] NOT NULL,
  percents        smallint[] NOT NULL,
  healthy_minutes integer NOT NULL,
  patience_minutes integer NOT NULL,
  most_bad_percent smallint NOT NULL,
  state           text NOT NULL,
  cohort          smallint NOT NULL DEFAULT 0,
  cohort_since    timestamptz NOT NULL,
  begun_at        timestamptz NOT NULL,
  reason          text
);
-- Of each kind one at a time.
CREATE UNIQUE INDEX fleet_release_open ON fleet_release (kind) WHERE state IN ('rolling', 'paused');

-- An order to a terminal, as it was signed.
CREATE TABLE fleet_command (
  -- Orders are followed as they were given.
  seq         bigint GENERATED ALWAYS AS IDENTITY,
  command_id  uuid PRIMARY KEY,
  terminal_id text NOT NULL REFERENCES terminal,
  kind        text NOT NULL,
  release_id  bigint REFERENCES fleet_release,
  ordered_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  statement   text NOT NULL,
  key_id      text NOT NULL REFERENCES fleet_key,
  signature   text NOT NULL,
  fetched_at  timestamptz,
  settled_at  timestamptz,
  result      text,
  code        text,
  log         text,
  CHECK ((settled_at IS NULL) = (result IS NULL))
);
CREATE INDEX fleet_command_waiting ON fleet_command (terminal_id, seq) WHERE settled_at IS NULL;
CREATE INDEX fleet_command_of_terminal ON fleet_command (terminal_id, seq DESC);

-- Whom a release was offered to, and how it went there.
CREATE TABLE fleet_rollout (
  release_id     bigint NOT NULL REFERENCES fleet_release,
  terminal_id    text NOT NULL REFERENCES terminal,
  cohort         smallint NOT NULL,
  offered_at     timestamptz NOT NULL,
  crashes_before integer NOT NULL,
  -- Since when it has been heard on the new version without a fault of it.
  healthy_since  timestamptz,
  failed         text,
  sent_back_at   timestamptz,
  PRIMARY KEY (release_id, terminal_id)
);
CREATE INDEX fleet_rollout_terminal ON fleet_rollout (terminal_id);

-- Who ordered what, and what came of it; orders that terminals refused; moves of releases.
CREATE TABLE fleet_event (
  seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL,
  event       text NOT NULL,
  terminal_id text,
  subject     text,
  detail      text
);
CREATE INDEX fleet_event_terminal ON fleet_event (terminal_id, seq DESC) WHERE terminal_id IS NOT NULL;
CREATE INDEX fleet_event_refused ON fleet_event (terminal_id, at) WHERE event = 'command.refused';

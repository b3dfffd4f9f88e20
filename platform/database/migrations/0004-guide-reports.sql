-- What residents found wrong in a guide: for its owner, and of nobody.
CREATE TABLE guide_report (
  report_id    uuid PRIMARY KEY,
  terminal_id  text NOT NULL,
  slug         text NOT NULL,
  item_version text NOT NULL,
  error        text NOT NULL,
  reported_at  timestamptz NOT NULL,
  stored_at    timestamptz NOT NULL
);
CREATE INDEX guide_report_slug ON guide_report (slug, stored_at);

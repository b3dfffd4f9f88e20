-- Closed entries and call backs are listed newest first; there is one more with each bad rating, for ever.
CREATE INDEX rating_ledger_closed ON rating_ledger (closed_at DESC, entry_no DESC) WHERE state = 'closed';
CREATE INDEX call_back_closed ON call_back (closed_at DESC, call_back_no DESC) WHERE closed_at IS NOT NULL;
-- Who was named by mistake sees the case no more once a revision without him is taken.
CREATE INDEX case_person_cursor ON case_person (cursor);

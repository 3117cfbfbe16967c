-- Kind, subject and client of an entry are written with it: to read each out of the content parsed the JSON three times an entry.
-- Whoever verifies compares them with the content.
alter table ledger_entries
  alter column kind drop expression,
  alter column subject_id drop expression,
  alter column client drop expression;

-- A hash of another length ended the sealer's work, not that of its tenant alone. Rows that are there already are left to it.
alter table ledger_entries add constraint ledger_entries_hash_length check (octet_length(hash) = 32) not valid;

-- Sessions and workers write entries; the mining service alone reads them, and workers what they seal.
revoke select on ledger_entries, ledger_values from assay_sessions;
revoke select on ledger_values from assay_mining_worker;

-- The application of a holder that is an entitlement, where the record names it: a group may be of another application than
-- what it gives. Empty: none is named.
alter table source_grants add column holder_application text not null default '';

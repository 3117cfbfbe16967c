-- The grants of a large whole load once more, by numbers: what puts all sources together reads these in place of the rows, as long
-- as no change set has changed them.
create table source_grant_numbers (
  tenant_id integer not null,
  load_id integer not null,
  ordinal integer not null,
  compression text not null,
  data bytea not null,
  primary key (tenant_id, load_id, ordinal)
);
alter table source_grant_numbers alter column data set storage external;
select keep_tenants_apart('source_grant_numbers', 'select', 'assay_mining');
select keep_within_reader_scope('source_grant_numbers', 'false');
grant select, insert, delete on source_grant_numbers to assay_mining_worker;

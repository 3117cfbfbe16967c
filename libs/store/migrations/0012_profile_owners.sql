-- Who answers for an access profile: an identity's id, empty for nobody.
alter table access_profiles add column owner_id text not null default '';

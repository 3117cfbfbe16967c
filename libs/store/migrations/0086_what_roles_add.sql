-- What a role of a model adds: grants that no other role gives, and grants that its people do not hold. Null in models mined before.
alter table role_model_roles add column sole_grants integer, add column added_grants integer;

-- Models are listed by their age.
create index role_models_by_age on role_models (tenant_id, created_at desc, id);

-- What other tightnesses of a session's roles would come to: [{"tightness", "descriptionLength", "memberships", "missingGrants"}].
alter table mining_sessions add column tightness_curve jsonb not null default '[]';

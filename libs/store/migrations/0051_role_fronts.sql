-- What fewer roles than those of the exact model cost in changes to the access; null unless they were asked for. See role-fronts.ts.
alter table role_models add column fronts jsonb;

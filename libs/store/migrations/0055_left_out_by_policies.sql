-- What policies left out of what is proposed, and why: a list of entitlements with the policy, and how many held them.
alter table role_mining_suggestions add column left_out jsonb not null default '[]';
alter table potential_roles add column left_out jsonb not null default '[]';
alter table staged_roles add column left_out jsonb not null default '[]';
-- Of a role model: the grants that policies keep out of all roles, and the present breaches that two of its roles hold.
alter table role_models add column policies jsonb;
alter table role_model_roles add column left_out jsonb not null default '[]';

-- Whether a profile is switched on. Kept for the clients that switch it; what people hold follows from their grants, whatever it says.
alter table access_profiles add column enabled boolean not null default true;

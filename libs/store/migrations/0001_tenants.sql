-- Tenants, the role that services work as, and the rule that keeps tenants apart.

-- A role belongs to the whole server, so it may be there already, made for another database or by an administrator.
do $$
begin
  if not exists (select from pg_roles where rolname = 'assay_service') then
    begin
      create role assay_service nologin nobypassrls;
    exception
      when duplicate_object or unique_violation then null; -- somebody preparing another database was faster
    end;
  end if;

  if exists (select from pg_roles where rolname = 'assay_service' and (rolsuper or rolbypassrls)) then
    raise exception 'the role assay_service must have neither SUPERUSER nor BYPASSRLS, or tenants would not be kept apart';
  end if;

  -- Services log in as this user and start as assay_service. A superuser may do that anyway.
  if not (select rolsuper from pg_roles where rolname = current_user) then
    begin
      execute 'grant assay_service to current_user';
    exception
      when insufficient_privilege then
        if not pg_has_role(current_user, 'assay_service', 'member') then
          raise exception 'the user % may not act as the role assay_service', current_user
            using hint = format('As an administrator run: grant assay_service to %I', current_user);
        end if;
    end;
  end if;
end $$;

grant usage on schema assay to assay_service;

-- Row level security in one form for every table of tenants' rows: services see and write the rows of the tenant whose
-- id the transaction carries in the setting assay.tenant_id, none without it. The sub-select makes Postgres read the
-- setting once a query and not once a row. The privileges are those of the service role: 'select, insert, update'.
create function keep_tenants_apart(tenant_table regclass, privileges text) returns void
language plpgsql
set search_path = assay, pg_temp
as $$
declare
  own_rows constant text := 'tenant_id = (select nullif(current_setting(''assay.tenant_id'', true), '''')::integer)';
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('create policy own_tenant on %s using (%s) with check (%s)', tenant_table, own_rows, own_rows);
  execute format('grant %s on %s to assay_service', privileges, tenant_table);
end $$;

revoke execute on function keep_tenants_apart from public;

create table tenants (
  tenant_id integer generated always as identity primary key,
  name text not null constraint tenants_name_key unique,
  created_at timestamptz not null default now(),
  constraint tenants_name_length check (length(name) between 1 and 100)
);

select keep_tenants_apart('tenants', 'select');

-- Views of the console's screens that people keep: a name for an address.

create table saved_views (
  tenant_id integer not null references tenants,
  id uuid not null,
  -- The API client, or the person who signed in, whose view it is.
  client_id text not null,
  display_name text not null,
  -- Path and query of the screen, without the platform's prefix.
  address text not null,
  -- The path alone.
  screen text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint saved_views_by_name unique (tenant_id, client_id, screen, display_name)
);

select keep_tenants_apart('saved_views', 'select, insert, update, delete', 'assay_mining');

-- Clients that prove themselves by something signed: assertions that may be used once, and tokens of foreign issuers.

-- Signed assertions that were used and have not expired yet. A second use of one, in whatever process, finds its row.
create table used_assertions (
  tenant_id integer not null,
  client_id text not null,
  -- SHA-256 of the nonce, or of what was signed where an assertion has no nonce.
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  -- The assertion is refused as expired some minutes before this, so the row is not needed any more.
  forget_at timestamptz not null,
  primary key (tenant_id, client_id, fingerprint),
  foreign key (tenant_id, client_id) references api_clients on delete cascade
);
create index used_assertions_forget_at on used_assertions (tenant_id, forget_at);
select keep_tenants_apart('used_assertions', 'select, insert, delete');

-- A federated client has no secret: a token of the issuer that it trusts stands in for one.
alter table api_clients alter column secret_hash drop not null;

create table client_trusts (
  tenant_id integer not null,
  client_id text not null,
  -- `iss` of the tokens, compared exactly.
  issuer text not null,
  -- Where the issuer publishes its keys (RFC 7517).
  jwks_url text not null,
  -- What a token must say, as {"claim": ["accepted value", ...]}: one value of every claim.
  claims jsonb not null check (jsonb_typeof(claims) = 'object' and claims <> '{}'),
  -- The claim whose value is the id of the identity acted for; null: the identity of the client.
  identity_claim text,
  primary key (tenant_id, client_id),
  foreign key (tenant_id, client_id) references api_clients on delete cascade
);
select keep_tenants_apart('client_trusts', 'select, insert');

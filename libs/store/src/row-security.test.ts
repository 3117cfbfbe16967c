import { afterAll, expect, test } from 'vitest'
import { groupRole, serviceNames, serviceRole } from './services.ts'
import { createTestDatabase } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

const services = [serviceRole, ...serviceNames.map(groupRole)]

/** The schema of pg-boss's jobs. It has no tenants: a job's data only name what its worker then reads in a tenant's scope. */
const queueSchema = 'pgboss'

interface Relation {
  readonly name: string
  readonly kind: 'table' | 'partition' | 'view' | 'materialized view' | 'foreign table'
  readonly rowSecurity: boolean
  /** The policies that apply to the service role, as PostgreSQL prints them. */
  readonly policies: readonly string[]
  readonly invokerSecurity: boolean
}

async function relationsOfServices(): Promise<Relation[]> {
  return db.owner.sql<Relation[]>`
    select c.oid::regclass::text as name,
           case when c.relispartition then 'partition'
                else (array['table', 'table', 'view', 'materialized view', 'foreign table'])
                     [array_position(array['r', 'p', 'v', 'm', 'f'], c.relkind::text)] end as kind,
           c.relrowsecurity as "rowSecurity",
           coalesce('security_invoker=true' = any (c.reloptions), false) as "invokerSecurity",
           array(select concat_ws(' / ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
                   from pg_policy p where p.polrelid = c.oid and p.polpermissive) as policies
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f')
       and n.nspname not in ('pg_catalog', 'information_schema', ${queueSchema})
       and exists (select from unnest(${services}::text[]) as service
         where has_table_privilege(service, c.oid, 'select, insert, update, delete, truncate')
            or has_any_column_privilege(service, c.oid, 'select, insert, update'))
     order by 1`
}

/** The faults of a relation that services can use; empty for none. */
function faults(relation: Relation): string[] {
  const { name, kind } = relation
  switch (kind) {
    case 'table':
      if (!relation.rowSecurity) return [`${name} has no row level security`]
      return relation.policies
        .filter((policy) => !policy.includes("current_setting('assay.tenant_id'::text, true)"))
        .map((policy) => `${name} has a policy that does not compare with the tenant in scope: ${policy}`)
    case 'partition':
      // A query of a partition by its own name ignores the policies of its table.
      return [`${name} is a partition that services can use directly`]
    case 'view':
      return relation.invokerSecurity ? [] : [`${name} is a view that reads with the rights of its owner`]
    default:
      return [`${name} is a ${kind}, which cannot have row level security`]
  }
}

test('every table that the service role can read or write keeps tenants apart', async () => {
  const relations = await relationsOfServices()
  expect(relations.map((relation) => relation.name)).toContain('tenants')
  expect(relations.flatMap(faults)).toEqual([])
})

test('the check finds a table without policy, a loose policy, an open partition and a view', async () => {
  await db.owner.sql.unsafe(`
    create table bare (tenant_id integer); grant select on bare to assay_gateway;
    create table loose (tenant_id integer); alter table loose enable row level security;
    create policy everyone on loose using (true); grant select on loose to assay_service;
    create table parts (tenant_id integer) partition by list (tenant_id);
    create table part_1 partition of parts for values in (1); grant select on part_1 to assay_service;
    create view seen as select * from bare; grant select on seen to assay_service;
    create materialized view frozen as select * from bare; grant select (tenant_id) on frozen to assay_service;
  `)
  try {
    expect((await relationsOfServices()).flatMap(faults)).toEqual([
      'bare has no row level security',
      'frozen is a materialized view, which cannot have row level security',
      'loose has a policy that does not compare with the tenant in scope: true',
      'part_1 is a partition that services can use directly',
      'seen is a view that reads with the rights of its owner',
    ])
  } finally {
    await db.owner.sql.unsafe('drop table parts, loose; drop table bare cascade')
  }
})

test.each(services)(
  '%s can bypass nothing, owns nothing, and belongs to nothing but what all services have',
  async (name) => {
    const [role] = await db.owner.sql`
    select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
           array(select roleid::regrole::text from pg_auth_members where member = r.oid) as memberships,
           (select count(*) from pg_shdepend where refobjid = r.oid and deptype = 'o') as owned
      from pg_roles r where rolname = ${name}`
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolcanlogin: false,
      rolreplication: false,
      memberships: name === serviceRole ? [] : [serviceRole],
      owned: 0,
    })
  },
)

test('all services may use little: whatever else a table or a function is for belongs to the services that need it', async () => {
  // Grant a new one only to these services: with the third argument of keep_tenants_apart, or "grant execute ... to assay_mining".
  const rows = await db.owner.sql<{ name: string }[]>`
    select c.relname as name from pg_class c where c.relnamespace = 'assay'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
      and (has_table_privilege('assay_service', c.oid, 'select, insert, update, delete, truncate')
        or has_any_column_privilege('assay_service', c.oid, 'select, insert, update'))
    union all
    select p.proname from pg_proc p where p.pronamespace = 'assay'::regnamespace and p.prosecdef
      and has_function_privilege('assay_service', p.oid, 'execute')
    order by 1`
  expect(rows.map(({ name }) => name)).toEqual(['applied_migrations', 'check_writes', 'schema_contracts', 'tenants'])
})

/** Tables and functions that not all services may use, with the services that have some right on them. */
test.each([
  ['signing_keys', []],
  ['signing_key_in_use()', ['gateway']],
  ['verification_keys()', ['gateway']],
  ['put_signing_key(text,jsonb,jsonb,double precision,double precision)', ['gateway']],
  ['replace_private_key(text,jsonb)', ['gateway']],
  ['replaced_keys', ['mining-worker']],
  ['tenants_with_replaced_keys()', ['mining-worker']],
  ['api_clients', []],
  ['api_client_by_id(text)', ['gateway']],
  ['clients_of_tenant()', ['mining']],
  ['make_client(text,text,text,text,text,text[],bytea,jsonb)', ['mining']],
  ['revoke_client(text)', ['mining']],
  ['hold_client(text)', ['mining']],
  ['bind_client(text,uuid)', ['mining']],
  ['client_trusts', ['gateway']],
  ['used_assertions', ['gateway']],
  ['call_counts', ['gateway']],
  ['schema_migrations', []],
  ['grants', ['mining', 'mining-worker', 'sessions']],
  ['role_mining_suggestions', ['mining', 'mining-worker']],
  ['mining_sessions', ['mining', 'mining-worker', 'sessions']],
  ['potential_roles', ['mining', 'mining-worker', 'sessions']],
  ['staged_roles', ['sessions']],
  ['attach_grant_partition(integer)', ['mining-worker']],
  ['remove_due_tenant(integer)', ['mining-worker']],
  ['sealing_keys', []],
  ['put_sealing_key(text,jsonb)', ['gateway']],
  ['sign_in_issuer_by_id(text)', ['gateway']],
  ['sign_in_issuers', ['gateway', 'mining']],
  ['console_people', ['gateway', 'mining']],
  ['applied_migrations()', serviceNames],
  ['schema_contracts()', serviceNames],
] as const)('%s is for %j alone', async (name, expected) => {
  const allowed = async (role: string) => {
    const [row] = await db.owner.sql<{ allowed: boolean }[]>`
      select case when strpos(${name}, '(') > 0 then has_function_privilege(${role}::name, to_regprocedure(${name})::oid, 'execute')
        else has_table_privilege(${role}::name, to_regclass(${name})::oid, 'select, insert, update, delete, truncate')
          or has_any_column_privilege(${role}::name, to_regclass(${name})::oid, 'select, insert, update') end as allowed`
    return row?.allowed
  }
  const may = []
  for (const service of serviceNames) if (await allowed(groupRole(service))) may.push(service)
  expect(may).toEqual(expected)
})

const rolesAsMinedFrom = [
  ...['tenant_id', 'id', 'session_id', 'name', 'identity_keys', 'entitlement_keys', 'excluded_entitlement_keys'],
  ...['role_id', 'modified_at', 'saved', 'identity_count', 'entitlement_count', 'quality'],
]
const sessionsOfRoles = ['tenant_id', 'id', 'import_id'].map((column) => `mining_sessions.${column} SELECT`)
const rolesAsShown = ['description', 'provision_state', 'granted_counts', 'density', 'explanation']
const decisionOnRole = ['dismissed_at', 'dismissal_reason']
const acceptedRole = ['provision_state', 'provision_request', 'provision_error', 'role_id', 'modified_at']

test.each([
  ['mining-worker', 'may read what potential roles are made of', [], []],
  [
    'mining',
    'may read potential roles as the inbox shows them, and decide about them',
    [...rolesAsShown, ...decisionOnRole],
    [...acceptedRole, ...decisionOnRole],
  ],
] as const)('of sessions, %s %s, and no more', async (service, _, shown, decided) => {
  const rights = await db.owner.sql<{ right: string }[]>`
    select distinct table_name || '.' || column_name || ' ' || privilege_type as right
    from information_schema.column_privileges
    where table_schema = 'assay' and grantee = ${groupRole(service)} and table_name in ('mining_sessions', 'potential_roles')`
  const expected = [
    ...sessionsOfRoles,
    ...(service === 'mining' ? ['mining_sessions.name SELECT'] : []),
    ...[...rolesAsMinedFrom, ...shown].map((column) => `potential_roles.${column} SELECT`),
    ...decided.map((column) => `potential_roles.${column} UPDATE`),
  ]
  expect(rights.map(({ right }) => right).sort()).toEqual(expected.sort())
})

test("a function that works with its owner's rights fixes its search path and is open to nobody else", async () => {
  const functions = await db.owner.sql<{ name: string; isPinned: boolean; isPublic: boolean }[]>`
    select p.oid::regprocedure::text as name,
           exists (select from unnest(p.proconfig) setting where setting like 'search_path=%') as "isPinned",
           has_function_privilege('public', p.oid, 'execute') as "isPublic"
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema', ${queueSchema})
     order by 1`
  expect(functions.filter((row) => !row.isPinned || row.isPublic)).toEqual([])
})

/**
 * Tables without a policy for bounded readers, each with the reason why it reveals nobody. Each other table has one, see migration 0066.
 */
const unboundedTables: Readonly<Record<string, string>> = {
  tenants: 'names the tenant alone',
  imports: 'loads by their numbers; calls about them are refused',
  snapshots: 'which import is in force, and the names of attributes',
  role_mining_configs: 'settings',
  role_mining_runs: 'when runs were; what they count is left out, and their reports are refused',
  mining_sessions: 'calls about sessions are refused; potential roles are bounded by themselves',
  session_settings: 'settings',
  ledger_followers: 'how far the ledger was read, nothing of people',
  webhooks: 'calls about them are refused',
  webhook_deliveries: 'calls about them are refused',
  publications: 'calls about them are refused',
  published_profiles: 'calls about them are refused',
  saved_views: 'names that a client gives to addresses, each read by its own client alone',
  client_trusts: 'of the gateway, which binds nobody',
  used_assertions: 'of the gateway, which binds nobody',
  call_counts: 'of the gateway, which binds nobody',
  sources: 'names of sources',
  source_maps: 'columns of sources',
  source_applications: 'names no person',
  source_entitlements: 'names no person',
  source_compositions: 'which loads are in force',
  entitlement_memberships: 'names no person',
  entitlement_groups: 'names no person',
  entitlement_closures: 'names no person',
  policies: 'names no person; their exceptions are bounded',
  risk_levels: 'settings',
  finished_tasks: 'ids of profiles and who asked; shown to nobody who is bounded',
  ledger_unsealed: 'ids of entries',
  ledger_heads: 'hashes',
  role_health_goals: 'settings',
  reader_scopes: 'asked by policies; no call shows it',
  scope_identities: 'asked by policies; keys alone',
  scope_applications: 'asked by policies; keys alone',
  scope_suggestions: 'asked by policies; ids alone',
  replaced_keys: 'ids of keys',
  used_sign_ins: 'of the gateway, which binds nobody',
}

test('every table that services read holds bounded readers to their scope, or says why it need not', async () => {
  const tables = await db.owner.sql<{ name: string; isBounded: boolean }[]>`
    select c.relname as name, exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'within_reader_scope'
        and not p.polpermissive and p.polcmd in ('*', 'r')
        and pg_get_expr(p.polqual, p.polrelid) like '%assay.reader_scope%') as "isBounded"
      from pg_class c
     where c.relnamespace = 'assay'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
       and exists (select from unnest(${services}::text[]) as service
         where has_table_privilege(service, c.oid, 'select') or has_any_column_privilege(service, c.oid, 'select'))
     order by 1`
  const unbounded = tables.filter(({ isBounded }) => !isBounded).map(({ name }) => name)
  expect(unbounded).toEqual(Object.keys(unboundedTables).sort())
})

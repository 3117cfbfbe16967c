import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failedPrecondition } from '@assay/errors'
import type { Sql } from './handles.ts'
import { schemaName } from './login-check.ts'
import { onlyRow } from './only-row.ts'
import { groupRole, serviceNames, serviceRole } from './services.ts'

/** All grants of the migrations to the roles of services, as statements that may run more than once. rights.test.ts writes the file. */
const rightsFile = join(import.meta.dirname, 'rights.sql')

/**
 * Makes the missing roles of the services, and grants them their rights again. Roles belong to the server and not to the database, so a
 * dump that is restored on another server lacks them and every grant to them, although the record of migrations is complete.
 * @throws failed_precondition (ROLES_NOT_MADE) with the SQL for an administrator, when the owner may not make roles
 */
export async function ensureRights(ownerSql: Sql): Promise<void> {
  await ensureRoles(ownerSql)
  const missing = await missingRights(ownerSql)
  if (missing.length > 0) await ownerSql.unsafe(missing.join('\n'))
}

/** The statements of `rights.sql` whose grants are missing in this database. */
export async function missingRights(ownerSql: Sql): Promise<string[]> {
  const [wanted, has] = await Promise.all([readFile(rightsFile, 'utf8'), rightsOf(ownerSql)])
  const held = new Set(has)
  return wanted.split('\n').filter((statement) => statement !== '' && !held.has(statement))
}

/** Makes the missing roles of the services. @throws as `ensureRights` does */
export async function ensureRoles(ownerSql: Sql): Promise<void> {
  const groups = serviceNames.map(groupRole)
  const rows = await ownerSql<{ name: string }[]>`
    select rolname as name from pg_roles where rolname = any (${[serviceRole, ...groups]}::text[])`
  const known = new Set(rows.map(({ name }) => name))
  const members = await ownerSql<{ name: string }[]>`
    select m.member::regrole::text as name from pg_auth_members m join pg_roles r on r.oid = m.roleid
    where r.rolname = ${serviceRole}`
  const joined = new Set(members.map(({ name }) => name))
  const missing = groups.filter((group) => !known.has(group))
  const statements = [
    ...(known.has(serviceRole) ? [] : [`create role ${serviceRole} nologin nobypassrls;`]),
    ...missing.map((group) => `create role ${group} nologin;`),
    ...groups.filter((group) => !joined.has(group)).map((group) => `grant ${serviceRole} to ${group};`),
  ]
  if (statements.length === 0) return
  try {
    await ownerSql.unsafe(statements.join('\n'))
  } catch (cause) {
    const { code } = cause as { code?: unknown }
    // Another process, which prepares another database of this server, was faster.
    if (code === '42710' || code === '23505') return ensureRoles(ownerSql)
    if (code !== '42501') throw cause
    const { owner } = onlyRow(await ownerSql<{ owner: string }[]>`select quote_ident(current_user) as owner`)
    const ofOwner = [
      ...(known.has(serviceRole) ? [] : [`grant ${serviceRole} to ${owner};`]),
      ...missing.map((group) => `grant ${group} to ${owner} with admin option;`),
    ]
    const all = [...statements, ...ofOwner].join('\n')
    const message = `This login may not make the roles of the services. As an administrator run:\n${all}`
    throw failedPrecondition(message, { reason: 'ROLES_NOT_MADE', cause })
  }
}

/**
 * The rights of services' roles and of PUBLIC in Assay's schema, as statements by object. Partitions are left out, since they are only read
 * through their table.
 */
export async function rightsOf(ownerSql: Sql): Promise<string[]> {
  const rows = await ownerSql<{ statement: string }[]>`
    with granted as (
      select 'schema ' || quote_ident(n.nspname) as thing, null::text as columns, acl.grantee, acl.privilege_type
      from pg_namespace n, aclexplode(n.nspacl) acl where n.nspname = ${schemaName}
      union all
      select case c.relkind when 'S' then 'sequence ' else 'table ' end || format('%I.%I', n.nspname, c.relname), null,
        acl.grantee, acl.privilege_type
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) acl
      where n.nspname = ${schemaName} and c.relkind in ('r', 'p', 'v', 'm', 'S') and not c.relispartition
      union all
      select format('table %I.%I', n.nspname, c.relname), quote_ident(a.attname), acl.grantee, acl.privilege_type
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace,
        aclexplode(a.attacl) acl
      where n.nspname = ${schemaName} and not c.relispartition and not a.attisdropped
      union all
      select 'function ' || format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), null,
        acl.grantee, acl.privilege_type
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
      where n.nspname = ${schemaName}
    ), of_grantee as (
      select thing, grantee, string_agg(privilege, ', ' order by privilege) as privileges from (
        select thing, case grantee when 0 then 'public' else grantee::regrole::text end as grantee,
          lower(privilege_type) || coalesce(' (' || string_agg(columns, ', ' order by columns) || ')', '') as privilege
        from granted
        where grantee = 0 or grantee::regrole::text = any (${[serviceRole, ...serviceNames.map(groupRole)]}::text[])
        group by thing, grantee, privilege_type, columns is null
      ) one group by thing, grantee
    ), told as (
    select thing, format('grant %s on %s to %s;', privileges, thing, string_agg(grantee, ', ' order by grantee)) as statement
    from of_grantee group by thing, privileges
    union all
    select thing, format('revoke execute on %s from public;', thing) from (
      select 'function ' || format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as thing
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = ${schemaName} and p.proacl is not null
        and not exists (select from aclexplode(p.proacl) acl where acl.grantee = 0)
    ) closed
    )
    select statement from told order by thing collate "C", statement collate "C"`
  return rows.map(({ statement }) => statement)
}

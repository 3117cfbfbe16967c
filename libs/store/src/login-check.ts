import { failedPrecondition, unavailable } from '@assay/errors'
import type { DriverCheck } from './driver.ts'
import { groupRole, type ServiceName, serviceRole } from './services.ts'

/** The schema of Assay's tables; a service's login uses only this one. */
export const schemaName = 'assay'

/** The facts that a connection reads about its login. */
interface LoginReport {
  readonly login: string
  readonly worksAs: string
  readonly searchPath: string
  readonly isPrepared: boolean
  readonly hasGroup: boolean
  readonly isMember: boolean
  /** Null when the login sees no such table. */
  readonly rowSecurity: boolean | null
  readonly powers: readonly Power[] | null
}

/** A role with more rights than a service, which the login is or is a member of. */
interface Power {
  readonly role: string
  readonly reason: 'superuser' | 'bypass' | 'owner' | 'roles' | 'replication' | 'files'
}

const powerWords: Readonly<Record<Power['reason'], string>> = {
  superuser: 'is a superuser, for whom row level security does not hold',
  bypass: 'has BYPASSRLS: row level security does not hold for it',
  owner: 'owns the database or objects in it, and row level security does not hold for an owner',
  roles: 'has CREATEROLE, by which it may become another role',
  replication: 'has REPLICATION, by which it may read every row',
  files: 'may read or write files of the server, or run programs there',
}

/**
 * Each new connection of a service runs this query before its first other one. So a pooler that uses another login, or a changed setting of
 * the login, is detected too. Membership counts whatever its options: a member who may not SET ROLE (PostgreSQL 16 and newer) may inherit
 * the rights, or have the ADMIN option and give itself the missing rights. Temporary tables are allowed to all.
 */
function question(group: string): string {
  return `
    with login as (
      select oid, rolname, rolsuper from pg_roles where rolname = session_user
    ), held as (
      select r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolreplication
      from pg_roles r, login
      where r.oid = login.oid or (not login.rolsuper and pg_has_role(login.oid, r.oid, 'member'))
    ), here as (
      select oid from pg_database where datname = current_database()
    )
    select session_user::text as login, current_user::text as "worksAs", current_setting('search_path') as "searchPath",
      to_regnamespace('${schemaName}') is not null as "isPrepared",
      exists (select from pg_roles where rolname = '${group}') as "hasGroup",
      exists (select from pg_roles r, login
        where r.rolname = '${group}' and pg_has_role(login.oid, r.oid, 'usage')) as "isMember",
      row_security_active(to_regclass('grants')::oid) as "rowSecurity",
      (select jsonb_agg(jsonb_build_object('role', rolname, 'reason', reason)) from (
        select rolname, case
            when rolsuper then 'superuser' when rolbypassrls then 'bypass' when rolcreaterole then 'roles'
            when rolreplication then 'replication'
            when rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program') then 'files'
            when exists (
              select from pg_shdepend d
              left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
              where d.refclassid = 'pg_authid'::regclass and d.refobjid = held.oid and d.deptype = 'o'
                and (d.dbid = (select oid from here) and c.relpersistence is distinct from 't'
                  or d.classid = 'pg_database'::regclass and d.objid = (select oid from here))
            ) then 'owner' end as reason
        from held) power where reason is not null) as powers`
}

/**
 * The query for each new connection of a service, and the judgement of its result. Without a service, any service's
 * login is accepted.
 */
export function loginCheck(service?: ServiceName): DriverCheck {
  const group = service === undefined ? serviceRole : groupRole(service)
  return {
    query: question(group),
    judge(rows) {
      const fault = faultOf(rows[0] as unknown as LoginReport, group, service)
      if (fault !== undefined) throw unavailable(fault, { reason: 'DATABASE_LOGIN_UNFIT' })
    },
  }
}

/** The opposite check: administration refuses the login of a service, which would see no tenants and no clients. */
export const ownerCheck: DriverCheck = {
  // Reads the catalog, which every login may read; not every login may access the schema.
  query: `select session_user::text as login, (
      select row_security_active(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = '${schemaName}' and c.relname = 'tenants') as "isHeld"`,
  judge(rows) {
    const { login, isHeld } = rows[0] as { readonly login: string; readonly isHeld: boolean | null }
    if (!isHeld) return
    const message = `The login "${login}" does not own the tables: this takes the owner's DATABASE_URL, not that of a service`
    throw failedPrecondition(message, { reason: 'DATABASE_LOGIN_UNFIT' })
  },
}

/** The reason why a service cannot use this login, and the remedy; undefined for a valid login. */
function faultOf(report: LoginReport, group: string, service: ServiceName | undefined): string | undefined {
  const { login, worksAs, searchPath } = report
  const create = `run \`npm run assay -- logins create ${service ?? 'SERVICE'}\` as the owner, and give this process the URL that it prints`
  const power = report.powers?.[0]
  if (power !== undefined) {
    const own = power.role === login
    const subject = own ? `The login "${login}"` : `The login "${login}" is a member of "${power.role}", which`
    const remedy = own ? create : `revoke ${quoted(power.role)} from ${quoted(login)}, or ${create}`
    return `${subject} ${powerWords[power.reason]}. Services log in with less: ${remedy}`
  }
  if (worksAs !== login) {
    return `The login "${login}" works as the role "${worksAs}": alter role ${quoted(login)} reset role, and take "role" out of the URL`
  }
  // An older schema has no such roles and nothing to compare with; the probe reports it.
  if (!report.isPrepared || !report.hasGroup) return undefined
  if (!report.isMember) {
    return `The login "${login}" is not a member of "${group}", or does not inherit its rights: ${create}`
  }
  if (searchPath !== schemaName) {
    return `The login "${login}" looks for tables in "${searchPath}" and not in "${schemaName}": alter role ${quoted(login)} set search_path = ${schemaName}`
  }
  if (report.rowSecurity === false) {
    return `Row level security does not hold for the login "${login}": ${create}`
  }
  return undefined
}

function quoted(role: string): string {
  return `"${role.replaceAll('"', '""')}"`
}

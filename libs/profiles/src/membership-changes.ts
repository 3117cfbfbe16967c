import type { TenantSql } from '@assay/store'

/** How many members or tasks one evaluation changed. */
export interface MembershipChanges {
  readonly joined: number
  readonly left: number
  readonly tasksOpened: number
  readonly tasksWithdrawn: number
}

export const noChanges: MembershipChanges = { joined: 0, left: 0, tasksOpened: 0, tasksWithdrawn: 0 }

/**
 * Makes the members those whom the rule selected; with `createTasks` it asks for each change by a pending task instead,
 * and withdraws the tasks that the rule no longer asks for.
 */
export async function applySelection(
  sql: TenantSql,
  tenantId: number,
  profile: { readonly id: string; readonly createTasks: boolean },
  selected: Int32Array,
): Promise<MembershipChanges> {
  const keys = keysAsRows(sql, selected)
  return profile.createTasks
    ? askForChanges(sql, tenantId, profile.id, keys)
    : makeChanges(sql, tenantId, profile.id, keys)
}

type Fragment = ReturnType<typeof keysAsRows>

/** Sent as one text: the driver would go through a hundred thousand numbers one by one. */
function keysAsRows(sql: TenantSql, keys: Int32Array) {
  return sql`select unnest(${`{${keys.join(',')}}`}::text::integer[]) as identity_key`
}

async function makeChanges(
  sql: TenantSql,
  tenantId: number,
  profileId: string,
  selected: Fragment,
): Promise<MembershipChanges> {
  const gone = await sql`
    with selected as (${selected})
    delete from access_profile_members
    where profile_id = ${profileId} and identity_key not in (select identity_key from selected)`
  const come = await sql`
    with selected as (${selected})
    insert into access_profile_members (tenant_id, profile_id, identity_key)
    select ${tenantId}, ${profileId}, identity_key from selected
    on conflict do nothing`
  return { ...noChanges, joined: come.count, left: gone.count }
}

async function askForChanges(
  sql: TenantSql,
  tenantId: number,
  profileId: string,
  selected: Fragment,
): Promise<MembershipChanges> {
  const changes = sql`
    selected as (${selected}),
    members as (select identity_key from access_profile_members where profile_id = ${profileId}),
    changes as (
      select identity_key, 'enrol' as kind from selected where identity_key not in (select identity_key from members)
      union all
      select identity_key, 'unenrol' from members where identity_key not in (select identity_key from selected)
    )`
  const withdrawn = await sql<{ state: string }[]>`
    with ${changes}
    update access_profile_tasks
    set in_force = false, state = case state when 'pending' then 'withdrawn' else state end
    where profile_id = ${profileId} and in_force and (identity_key, kind) not in (select identity_key, kind from changes)
    returning state`
  const opened = await sql`
    with ${changes}
    insert into access_profile_tasks (tenant_id, profile_id, identity_key, kind)
    select ${tenantId}, ${profileId}, identity_key, kind from changes
    on conflict do nothing`
  return {
    ...noChanges,
    tasksOpened: opened.count,
    tasksWithdrawn: withdrawn.filter((task) => task.state === 'withdrawn').length,
  }
}

import type { TenantSql } from '@assay/store'

/** An evaluation that would remove more than this share of the members, in percent, is stopped. */
export const removedMembersThresholdPercentage = 20

/** Smaller profiles change by large shares every day. */
const fewestMembers = 100

/** The profiles that are large enough to be watched. */
export async function watchedProfiles(sql: TenantSql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql<{ id: string }[]>`
    select profile_id as id from access_profile_members where profile_id = any(${[...ids]}::uuid[])
    group by profile_id having count(*) >= ${fewestMembers}`
  return new Set(rows.map(({ id }) => id))
}

/**
 * Whether making the selected identities the members would remove too many of them: then the profile is paused instead,
 * with the reason, and its members have to stay as they are.
 */
export async function stopsSelection(sql: TenantSql, profileId: string, selected: Int32Array): Promise<boolean> {
  const [{ members, leaving }] = await sql<{ members: number; leaving: number }[]>`
    with selected as (select unnest(${`{${selected.join(',')}}`}::text::integer[]) as identity_key)
    select count(*)::integer as members,
      (count(*) filter (where identity_key not in (select identity_key from selected)))::integer as leaving
    from access_profile_members where profile_id = ${profileId}`
  if (leaving * 100 <= members * removedMembersThresholdPercentage) return false
  const reason = `Stopped: ${leaving} of ${members} members would have left at once, more than ${removedMembersThresholdPercentage} %. Check the rule and the imported data, then resume.`
  await sql`
    update access_profiles set automation_paused_at = now(), automation_ran_at = now(), automation_error = ${reason}
    where id = ${profileId}`
  return true
}

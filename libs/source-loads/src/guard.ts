import type { TenantSql } from '@assay/store'
import { isOfLoad } from './grants-of-load.ts'
import type { Removal, Removals } from './load.ts'

/**
 * Decides whether a load needs a confirmation. It is called twice: when the records of the load are staged, for what they remove
 * from their source, and when the load is combined with others, for what that removes from the access in force.
 */
export interface Guard {
  /**
   * The removals that need a confirmation, for a load whose records are stored beside those of the load before; undefined for none.
   */
  ofLoad(sql: TenantSql, records: { readonly before: number; readonly after: number }): Promise<Removals | undefined>
  /** The same for removals from the access in force. */
  ofComposition(removals: Removals): Removals | undefined
}

/** Never asks for a confirmation. */
export const noGuard: Guard = {
  ofLoad: async () => undefined,
  ofComposition: () => undefined,
}

/** Asks for a confirmation when more than a fifth of the people, of their grants or of the links would be removed. */
export const removalGuard: Guard = {
  ofLoad: async (sql, records) => muchOf(await removalsOfLoad(sql, records)),
  ofComposition: muchOf,
}

const mostRemovedShare = 0.2

/** The removals, if they need a confirmation. */
export function muchOf(removals: Removals): Removals | undefined {
  const isMuch = ({ before, removed }: Removal) => removed > mostRemovedShare * before
  return [removals.people, removals.grants, removals.links].some(isMuch) ? removals : undefined
}

/** Above this number of grants only a sample of the holders is compared, with all their grants, and the numbers are extrapolated. */
const grantsLookedAt = 500_000

/**
 * What the records before contain and the records of a load do not: people, grants by holder and entitlement, accounts with an
 * identity.
 */
async function removalsOfLoad(
  sql: TenantSql,
  { before, after }: { readonly before: number; readonly after: number },
): Promise<Removals> {
  const changed = await grantsChanged(sql, after)
  if (changed !== undefined) return { people: noRemoval, grants: changed, links: noRemoval }
  const [people] = await sql<Removal[]>`
    select count(*)::integer as before, (count(*) filter (where next.id is null))::integer as removed
    from source_people now left join source_people next on next.load_id = ${after} and next.id = now.id
    where now.load_id = ${before}`
  const [links] = await sql<Removal[]>`
    select count(*)::integer as before,
      (count(*) filter (where account.id is null and person.id is null))::integer as removed
    from source_account_owners now
    left join source_accounts account
      on account.load_id = ${after} and account.application = now.application and account.id = now.account_id
    -- People of a source that defines none are accounts.
    left join source_people person on person.load_id = ${after} and person.id = now.account_id
    where now.identity_id is not null and now.source_id = (select source_id from source_loads where id = ${after})`
  if (people === undefined || links === undefined) throw new Error(`the records of load ${before} were not counted`)
  return { people, grants: await removedGrants(sql, before, after), links }
}

async function removedGrants(sql: TenantSql, before: number, after: number): Promise<Removal> {
  const [all] = await sql<{ grants: number }[]>`
    select coalesce((counts ->> 'grants')::bigint, 0)::float8 as grants from source_loads where id = ${before}`
  const oneIn = Math.max(1, Math.ceil((all?.grants ?? 0) / grantsLookedAt))
  const [found] = await sql<Removal[]>`
    with now as (
      select distinct holder, application, entitlement from source_grants
      where ${isOfLoad(sql, before)} and abs(hashtext(holder)::bigint) % ${oneIn} = 0
    ), next as (
      select distinct holder, application, entitlement from source_grants
      where ${isOfLoad(sql, after)} and abs(hashtext(holder)::bigint) % ${oneIn} = 0
    )
    select count(*)::integer as before, (count(*) filter (where next.holder is null))::integer as removed
    from now left join next using (holder, application, entitlement)`
  if (found === undefined) throw new Error(`the grants of load ${before} were not counted`)
  return { before: found.before * oneIn, removed: found.removed * oneIn }
}

const noRemoval: Removal = { before: 0, removed: 0 }

/** The removed grants of a load that changes only some grants of the load before; undefined for any other load. */
async function grantsChanged(sql: TenantSql, load: number): Promise<Removal | undefined> {
  const [found] = await sql<Removal[]>`
    select (base.counts ->> 'grants')::float8 as before, (
      select count(*) from (
        select distinct g.holder, g.holder_application, g.application, g.entitlement
        from source_grant_changes c join source_grants g
          on g.load_id = l.records_of and g.own_load in (0, l.records_of) and g.ordinal = c.ordinal
        where c.load_id = l.id and not c.is_added
        except select holder, holder_application, application, entitlement from source_grants where load_id = l.id and own_load = 0) gone
    )::integer as removed
    from source_loads l join source_loads base on base.id = (l.difference ->> 'load')::integer
    where l.id = ${load} and l.records_of is not null`
  return found
}

import { entitlementRelation } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import type { Page } from './access-profiles.ts'

/** The position at which a page of requestable entitlements ends. */
export type RequestablePosition = readonly [nameOrder: string, key: number]

/**
 * Keys of the entitlements of published profiles that a person sees, by name: profiles that are visible to everyone, and those whose
 * audience includes the person.
 * @param asked `heldKeys`: the entitlements that the person holds; `isHeld` undefined: held or not
 */
export async function searchRequestable(
  sql: TenantSql,
  asked: {
    readonly heldKeys: readonly number[]
    readonly isHeld: boolean | undefined
    /** Part of name or description, regardless of case; an empty condition accepts all. */
    readonly text: string
    readonly applicationName: string
    readonly includeDeleted: boolean
  },
  { size, after }: Page<RequestablePosition>,
): Promise<{ keys: readonly number[]; last: RequestablePosition | undefined }> {
  const { isHeld, text, applicationName, includeDeleted } = asked
  const held = sql`any(${[...asked.heldKeys]}::integer[])`
  const word = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
  const rows = await sql<{ key: number; nameOrder: string }[]>`
    select entitlement.key, entitlement.name_order as "nameOrder"
    from ${entitlementRelation(sql)} entitlement
    where exists (
        select from access_profile_entitlements given
        join access_profiles profile on profile.tenant_id = given.tenant_id and profile.id = given.profile_id
        where given.entitlement_key = entitlement.key and profile.published
          and (profile.visible_to_everyone or exists (
            select from access_profile_audiences audience
            where audience.profile_id = profile.id and audience.entitlement_key = ${held})))
      ${isHeld === undefined ? sql`` : sql`and ${isHeld ? sql`` : sql`not`} entitlement.key = ${held}`}
      ${text === '' ? sql`` : sql`and (entitlement.display_name ilike ${word} or entitlement.description ilike ${word})`}
      ${applicationName === '' ? sql`` : sql`and entitlement.application_name = ${applicationName}`}
      ${includeDeleted ? sql`` : sql`and not entitlement.deleted`}
      ${after === undefined ? sql`` : sql`and (entitlement.name_order, entitlement.key) > (${after[0]}, ${after[1]}::integer)`}
    order by entitlement.name_order, entitlement.key limit ${size + 1}`
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { keys: shown.map(({ key }) => key), last: end && [end.nameOrder, end.key] }
}

import { entitlementRelation, grantsInForce, inForceSince } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import type { DocumentForm, WriteDocument } from './document-search.ts'
import { DocumentText } from './document-text.ts'
import { commonMembers, orNull, sourceType, timeText } from './shared-members.ts'

interface EntitlementRow {
  readonly key: number
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attribute: string
  readonly schema: string
  readonly riskLevel: string
  readonly privileged: boolean
  readonly applicationId: string
  readonly applicationName: string
  readonly synced: Date | null
}

export async function entitlementDocuments(
  sql: TenantSql,
  keys: readonly string[],
  form: DocumentForm,
): Promise<ReadonlyMap<string, WriteDocument>> {
  const wanted = keys.map(Number)
  const rows = await sql<EntitlementRow[]>`
    select key, id, coalesce(nullif(display_name, ''), id) as name, description, attribute,
      coalesce(nullif(resource_type, ''), 'group') as schema, risk_level as "riskLevel", privileged,
      application_id as "applicationId", coalesce(nullif(application_name, ''), application_id) as "applicationName",
      ${inForceSince(sql)} as synced
    from ${entitlementRelation(sql)} entitlement where key = any(${wanted}::integer[])`
  const holders = form.members.has('identityCount') ? await holderCounts(sql, wanted) : undefined
  return new Map(rows.map((row) => [String(row.key), () => entitlementDocument(row, holders?.get(row.key) ?? 0, form)]))
}

function entitlementDocument(row: EntitlementRow, holders: number, form: DocumentForm): string {
  const { id, name, description, attribute, schema, riskLevel, privileged, applicationId, applicationName } = row
  const document = new DocumentText(form.members)
    .add('id', id)
    .add('name', name)
    .add('displayName', name)
    .add('description', orNull(description))
    .add('created', null)
    .add('modified', null)
    .add('source', { id: applicationId, name: applicationName, type: sourceType })
    .add('attribute', orNull(attribute))
    .add('value', id)
    .add('sourceSchemaObjectType', schema)
    .add('schema', schema)
    .add('privileged', privileged)
    .add('requestable', false)
    .add('cloudGoverned', false)
    .add('identityCount', holders)
    .add('hash', null)
    .add('attributes', riskLevel === '' ? {} : { riskLevel })
    .add('permissions', [])
    .add('segments', [])
    .add('segmentCount', 0)
    .add('tags', [])
    .add('containsDataAccess', false)
    .add('manuallyUpdatedFields', null)
    .add('truncatedAttributes', [])
  const common = commonMembers('entitlement', timeText(row.synced), form)
  for (const [member, value] of Object.entries(common)) document.add(member, value)
  return document.toString()
}

/** The number of identities to which each entitlement is assigned; one pass over the grants for all of them. */
async function holderCounts(sql: TenantSql, keys: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const rows = await sql<{ key: number; count: number }[]>`
    select entitlement_key as key, count(distinct identity_key)::integer as count from ${grantsInForce(sql)} held
    where entitlement_key = any(${[...keys]}::integer[]) group by entitlement_key`
  return new Map(rows.map(({ key, count }) => [key, count]))
}

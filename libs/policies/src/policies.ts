import { createHash, randomUUID } from 'node:crypto'
import { entitlementRelation, identityRelation, presentEntitlements } from '@assay/directory'
import { aborted, alreadyExists, invalidArgument, notFound, resourceExhausted } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { asJson, isUuid, onlyRow, type TenantSql, withDomainErrors } from '@assay/store'
import { type CheckedPolicy, checkPolicy } from './check-policy.ts'
import { lockPolicies } from './lock-policies.ts'
import { negatesSecondSet } from './negated-sets.ts'
import type { Policy, PolicyContents, PolicyException, PolicyKind, PolicyRequest, PolicySettings } from './policy.ts'
import { refuseForbiddingEverything } from './refuse-forbidding-everything.ts'

const mostPolicies = 500

export interface PolicyRow {
  id: string
  displayName: string
  nameKey: string
  description: string
  enabled: boolean
  kind: PolicyKind
  settings: Omit<PolicySettings, 'kind'>
  createdBy: string
  createdAt: Date
  updatedAt: Date
  revision: number
  entitlementCount: number
  goneCount: number
  exceptionCount: number
}

/** The position at which a page of policies ends: the name, regardless of case. */
export type PolicyPosition = readonly [nameKey: string]

/**
 * Makes a policy. It is in force for proposals from now on.
 * @throws invalid_argument with every member at fault, also for a policy that would forbid everything; already_exists for a name that is in
 * use; resource_exhausted for more than 500 policies
 */
export async function createPolicy(
  sql: TenantSql,
  tenantId: number,
  createdBy: string,
  request: PolicyRequest,
): Promise<Policy> {
  await lockPolicies(sql, tenantId)
  const checked = await checkPolicy(sql, request)
  await refuseForbiddingEverything(sql, checked)
  const { count } = onlyRow(await sql<{ count: number }[]>`select count(*)::integer as count from policies`)
  if (count >= mostPolicies)
    throw resourceExhausted(`there are ${count} policies, and no more are allowed; delete one first`)
  const id = randomUUID()
  const { displayName, nameKey, description, enabled, settings, firstKeys, secondKeys } = checked
  const { kind, ...numbers } = settings
  const made = await sql`
    insert into policies (tenant_id, id, display_name, name_key, description, enabled, kind, settings, first_keys,
      second_keys, created_by)
    values (${tenantId}, ${id}, ${displayName}, ${nameKey}, ${description}, ${enabled}, ${kind},
      ${asJson(sql, numbers)}, ${[...firstKeys]}::integer[], ${[...secondKeys]}::integer[], ${createdBy})
    on conflict (tenant_id, name_key) do nothing returning id`
  if (made.length === 0) throw nameTaken(displayName)
  await storeExceptions(sql, tenantId, id, checked)
  return recorded(sql, 'policy.create', undefined, await getPolicy(sql, id), request.exceptions)
}

/** @throws not_found when no policy has the id, or when the text is no UUID */
export async function getPolicy(sql: TenantSql, id: string, lock = false): Promise<Policy> {
  const [row] = isUuid(id)
    ? await sql<PolicyRow[]>`
        select ${columns(sql)} from policies policy where id = ${id} ${lock ? sql`for update` : sql``}`
    : []
  if (row === undefined) throw notFound('policy', id)
  return toPolicy(row)
}

/** The entitlements and exceptions of a policy, with entitlements that a later import deleted. @throws not_found */
export async function getPolicyContents(sql: TenantSql, id: string): Promise<PolicyContents> {
  await getPolicy(sql, id)
  const named = (set: 'first_keys' | 'second_keys') =>
    sql<{ applicationId: string; entitlementId: string }[]>`
      select e.application_id as "applicationId", e.id as "entitlementId"
      from policies policy cross join lateral unnest(${sql(`policy.${set}`)}) with ordinality as named (key, place)
      join ${entitlementRelation(sql)} e on e.tenant_id = policy.tenant_id and e.key = named.key
      where policy.id = ${id} order by named.place`
  const exceptions = await sql<PolicyException[]>`
    select person.id as "identityId", exception.reason, exception.expires_at as "expiresAt"
    from policy_exceptions exception
    join ${identityRelation(sql)} person on person.tenant_id = exception.tenant_id and person.key = exception.identity_key
    where exception.policy_id = ${id} order by person.id collate "C"`
  return { first: await named('first_keys'), second: await named('second_keys'), exceptions }
}

/** Sorted by name, regardless of case. */
export async function listPolicies(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: PolicyPosition | undefined },
): Promise<{ policies: Policy[]; last: PolicyPosition | undefined }> {
  const rows = await sql<PolicyRow[]>`
    select ${columns(sql)} from policies policy
    ${page.after === undefined ? sql`` : sql`where name_key > ${page.after[0]}`}
    order by name_key limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { policies: shown.map(toPolicy), last: end && [end.nameKey] }
}

/**
 * Changes a policy. Its kind cannot change.
 * @param change returns the whole new policy from the present one
 * @throws not_found; aborted when the etag is not the present one; as `createPolicy`
 */
export async function updatePolicy(
  sql: TenantSql,
  tenantId: number,
  id: string,
  etag: string,
  change: (policy: Policy, contents: PolicyContents) => PolicyRequest,
): Promise<Policy> {
  await lockPolicies(sql, tenantId)
  const before = await getPolicy(sql, id, true)
  requireEtag(before, etag)
  const contents = await getPolicyContents(sql, id)
  const wanted = change(before, contents)
  const checked = await checkPolicy(sql, wanted, { ...contents, settings: before.settings })
  await refuseForbiddingEverything(sql, checked, id)
  if (checked.enabled && (await negatesSecondSet(sql, id)))
    throw invalidArgument('enabled', 'must be false while a script negates the second set of the policy')
  const { displayName, nameKey, description, enabled, settings, firstKeys, secondKeys } = checked
  const [taken] = await sql`select from policies where name_key = ${nameKey} and id <> ${id}`
  if (taken !== undefined) throw nameTaken(displayName)
  const { kind: _, ...numbers } = settings
  const written = sql`
    update policies set display_name = ${displayName}, name_key = ${nameKey}, description = ${description},
      enabled = ${enabled}, settings = ${asJson(sql, numbers)}, first_keys = ${[...firstKeys]}::integer[],
      second_keys = ${[...secondKeys]}::integer[], updated_at = now(), revision = revision + 1
    where id = ${id}`
  // Another policy may take the name between the check and the update.
  await withDomainErrors(written, { policies_name_key: () => nameTaken(displayName) })
  await sql`delete from policy_exceptions where policy_id = ${id}`
  await storeExceptions(sql, tenantId, id, checked)
  return recorded(sql, 'policy.update', before, await getPolicy(sql, id), wanted.exceptions)
}

/** @throws not_found; aborted when the etag is not the present one */
export async function deletePolicy(sql: TenantSql, id: string, etag: string): Promise<void> {
  const policy = await getPolicy(sql, id, true)
  requireEtag(policy, etag)
  await sql`delete from policies where id = ${id}`
  const subject = { type: 'policy', id }
  await recordEntry(sql, { kind: 'policy.delete', subject, before: factsOf(policy) })
}

async function recorded(
  sql: TenantSql,
  kind: 'policy.create' | 'policy.update',
  before: Policy | undefined,
  after: Policy,
  exceptions: readonly PolicyException[],
): Promise<Policy> {
  await recordEntry(sql, {
    kind,
    subject: { type: 'policy', id: after.id },
    ...(before && { before: factsOf(before) }),
    after: factsOf(after),
    people: exceptions.map(({ identityId }) => identityId),
    version: after.etag,
  })
  return after
}

/** The facts of a policy for the ledger: nothing about people, and only the number of entitlements. */
function factsOf({ displayName, description, enabled, settings, entitlementCount, exceptionCount }: Policy) {
  return { displayName, description, enabled, settings, entitlementCount, exceptionCount }
}

async function storeExceptions(
  sql: TenantSql,
  tenantId: number,
  id: string,
  { exceptions }: CheckedPolicy,
): Promise<void> {
  if (exceptions.length === 0) return
  const rows = exceptions.map((exception) => ({ ...exception, expiresAt: exception.expiresAt.toISOString() }))
  await sql`
    insert into policy_exceptions (tenant_id, policy_id, identity_key, reason, expires_at)
    select ${tenantId}, ${id}, key, reason, "expiresAt"
    from jsonb_to_recordset(${sql.json(rows)}) as excepted (key integer, reason text, "expiresAt" timestamptz)`
}

/** The columns of a `PolicyRow`, for a query over `policies policy`. */
export function columns(sql: TenantSql) {
  return sql`policy.id, policy.display_name as "displayName", policy.name_key as "nameKey", policy.description,
    policy.enabled, policy.kind, policy.settings, policy.created_by as "createdBy", policy.created_at as "createdAt",
    policy.updated_at as "updatedAt", policy.revision,
    cardinality(policy.first_keys) + cardinality(policy.second_keys) as "entitlementCount",
    (select count(*)::integer from unnest(policy.first_keys || policy.second_keys) as named (key)
      where not exists (select from ${presentEntitlements(sql)} present where present.key = named.key)) as "goneCount",
    (select count(*)::integer from policy_exceptions exception where exception.policy_id = policy.id) as "exceptionCount"`
}

export function toPolicy({ kind, settings, revision, nameKey: _, ...row }: PolicyRow): Policy {
  const etag = createHash('sha256')
    .update(JSON.stringify([row.id, revision, row.createdAt.toISOString()]))
    .digest('base64url')
  return { ...row, settings: { kind, ...settings } as PolicySettings, etag: `"${etag.slice(0, 22)}"` }
}

function requireEtag(policy: Policy, etag: string): void {
  if (etag === '' || etag === policy.etag) return
  throw aborted(
    `policy "${policy.id}" has etag ${policy.etag}, not ${etag}: it was changed since you read it. Get it again, check the changes, and try again with its new etag`,
    { reason: 'ETAG_MISMATCH', metadata: { policyId: policy.id, etag: policy.etag } },
  )
}

function nameTaken(displayName: string) {
  return alreadyExists(`a policy named "${displayName}" exists already; choose another name, or update that one`)
}

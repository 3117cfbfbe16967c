import type { Breach, EntitlementName } from '@assay/contracts/assay/policy/v1/policy_pb'
import { entitlementsByKey, identityKeys, identityNamesByKey } from '@assay/directory'
import { aborted, itemAt, notFound } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import {
  type BreachPosition,
  type CompiledPolicies,
  getPolicy,
  type PresentBreach,
  policiesInForce,
  presentBreaches,
} from '@assay/policies'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'
import { toEntitlementName, toSeverity } from './convert-policy.ts'

/** Filters on breaches; an empty text is no filter. */
interface BreachRequest {
  readonly policyId: string
  readonly identityId: string
}

/** The end of a page, and the version of the data and policies that it was read from. */
export type BreachPagePosition = readonly [...BreachPosition, version: string]

/** The breaches of a request, computed one after the other when they are read. */
interface AskedBreaches {
  readonly snapshot: Snapshot
  readonly compiled: CompiledPolicies
  readonly version: string
  readonly breaches: ReturnType<typeof presentBreaches>
}

/**
 * The requested breaches; undefined without access data, without a policy that people can breach, or for a person outside the snapshot.
 * @throws not_found for the policy or the identity; aborted when the data or the policies have changed since the previous page
 */
export async function askBreaches(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  { policyId, identityId }: BreachRequest,
  after?: BreachPagePosition | undefined,
): Promise<AskedBreaches | undefined> {
  const policy = policyId === '' ? undefined : await getPolicy(sql, policyId)
  const identityKey = identityId === '' ? undefined : (await identityKeys(sql, [identityId])).get(identityId)
  if (identityId !== '' && identityKey === undefined) throw notFound('identity', identityId)
  if (loaded === undefined) return undefined
  const { snapshot } = loaded
  const compiled = await policiesInForce(sql, snapshot)
  if (compiled === undefined) return undefined
  const version = `${loaded.version} ${compiled.version}`
  if (after !== undefined && after[3] !== version)
    throw aborted('the access data or the policies have changed since the first page; begin again without a page token')
  const identity = identityKey === undefined ? undefined : snapshot.identityKey.indexOf(identityKey)
  const place = compiled.names.findIndex(({ id }) => id === policy?.id)
  const breaches = presentBreaches(snapshot, compiled, {
    ...(policy !== undefined && { policies: new Set([place]) }),
    ...(identity !== undefined && { identity }),
    ...(after !== undefined && { after: [after[0], after[1], after[2]] as const }),
  })
  return identity === -1 ? undefined : { snapshot, compiled, version, breaches }
}

/** Takes up to `most` breaches. The search pauses regularly so that other calls can run. @throws the signal's reason */
export async function taken(
  breaches: AskedBreaches['breaches'],
  most: number,
  signal: AbortSignal,
): Promise<PresentBreach[]> {
  const page: PresentBreach[] = []
  while (page.length < most) {
    const { done, value } = breaches.next()
    if (done) break
    if (value !== undefined) {
      page.push(value)
      continue
    }
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
  }
  return page
}

const mostShown = 20

/** A breach as the calls return it. */
export type BreachInit = Omit<Breach, '$typeName' | '$unknown' | 'entitlementNames'> & {
  readonly entitlementNames: Omit<EntitlementName, '$typeName' | '$unknown'>[]
}

/** Breaches with the names from the directory. */
export async function toBreachMessages(
  sql: TenantSql,
  { snapshot, compiled }: Pick<AskedBreaches, 'snapshot' | 'compiled'>,
  breaches: readonly PresentBreach[],
): Promise<BreachInit[]> {
  const heldBy = (breach: PresentBreach) =>
    breach.kind === 'unused'
      ? { first: [breach.entitlement], second: [] }
      : { first: breach.first, second: breach.second }
  const people = await identityNamesByKey(
    sql,
    breaches.map(({ identity }) => itemAt(snapshot.identityKey, identity)),
  )
  const shown = breaches.flatMap((breach) => {
    const { first, second } = heldBy(breach)
    return [...first.slice(0, mostShown), ...second.slice(0, mostShown)]
  })
  const known = await entitlementsByKey(sql, [...new Set(shown.map((e) => itemAt(snapshot.entitlementKey, e)))])
  const named = (ordinals: readonly number[]) =>
    ordinals.slice(0, mostShown).flatMap((e) => {
      const details = known.get(itemAt(snapshot.entitlementKey, e))
      return details === undefined
        ? []
        : {
            $typeName: 'assay.directory.v1.EntitlementReference' as const,
            applicationId: details.applicationId,
            entitlementId: details.id,
            displayName: details.displayName,
          }
    })
  const namesOf = (...sets: readonly (readonly number[])[]) =>
    [...new Set(sets.flatMap((set) => set.slice(0, mostShown)))].flatMap((e) => {
      const details = known.get(itemAt(snapshot.entitlementKey, e))
      return details === undefined ? [] : toEntitlementName(details)
    })
  return breaches.map((breach) => {
    const { first, second } = heldBy(breach)
    const person = people.get(itemAt(snapshot.identityKey, breach.identity))
    const severity = compiled.separation.find(({ policy }) => policy === breach.policy)?.severity
    const { id, displayName } = itemAt(compiled.names, breach.policy)
    return {
      policyId: id,
      policyDisplayName: displayName,
      severity: severity === undefined ? 0 : toSeverity(severity),
      identityId: person?.id ?? '',
      identityDisplayName: person?.displayName ?? '',
      first: named(first),
      second: named(second),
      firstCount: first.length,
      secondCount: second.length,
      lastUsedDay: breach.kind === 'unused' && breach.lastUsedDay > 0 ? dayOf(breach.lastUsedDay) : '',
      entitlementNames: namesOf(first, second),
    }
  })
}

function dayOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}

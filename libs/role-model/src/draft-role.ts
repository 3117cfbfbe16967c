import { findGrant } from './check-access.ts'
import type { AccessRows } from './reduce-access.ts'
import type { GrantList } from './role-model.ts'
import type { Step } from './run-hooks.ts'

/** A role in progress. Both lists ascend. */
export interface DraftRole {
  identities: number[]
  entitlements: number[]
  readonly kept: number
}

/** The difference between what roles give and the access. Only this decides whether a model is exact. */
interface Balance {
  /** Grants of the access that no role gives. */
  readonly missing: GrantList
  /** Given by a role and not in the access; each pair once. */
  readonly added: GrantList
}

export interface RoleMembers {
  readonly identities: ArrayLike<number>
  readonly entitlements: ArrayLike<number>
}

/** Lists what the roles give to each identity, and compares it with the access. */
export function multiplyOut(access: AccessRows, roles: readonly RoleMembers[], onStep: Step = () => true): Balance {
  const { identityCount, entitlementCount, rowOffset, rowEntitlement } = access
  const rolesOf: number[][] = Array.from({ length: identityCount }, () => [])
  roles.forEach(({ identities }, r) => {
    for (let i = 0; i < identities.length; i++) rolesOf[identities[i]!]!.push(r)
  })
  const givenTo = new Int32Array(entitlementCount).fill(-1)
  const missing = pairList()
  const added = pairList()
  for (let identity = 0; identity < identityCount; identity++) {
    onStep()
    const given: number[] = []
    for (const r of rolesOf[identity]!) {
      const { entitlements } = roles[r]!
      for (let i = 0; i < entitlements.length; i++) {
        if (givenTo[entitlements[i]!] === identity) continue
        givenTo[entitlements[i]!] = identity
        given.push(entitlements[i]!)
      }
    }
    let granted = 0
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      if (givenTo[rowEntitlement[at]!] === identity) granted++
      else missing.add(identity, rowEntitlement[at]!)
    }
    if (granted === given.length) continue
    for (const entitlement of given.sort((a, b) => a - b)) {
      if (findGrant(access, identity, entitlement) < 0) added.add(identity, entitlement)
    }
  }
  return { missing: missing.list(), added: added.list() }
}

export function pairList() {
  const identities: number[] = []
  const entitlements: number[] = []
  return {
    add(identity: number, entitlement: number): void {
      identities.push(identity)
      entitlements.push(entitlement)
    },
    list: (): GrantList => ({ identity: Uint32Array.from(identities), entitlement: Uint32Array.from(entitlements) }),
  }
}

import type { AccessEvent } from './living-access.ts'
import type { LivingRoleModel } from './living-role-model.ts'

type Steps = ReturnType<LivingRoleModel['applyAll']>['steps']

/** How one role changed, and why. */
export interface RoleChange {
  readonly role: number
  readonly kind: 'made' | 'changed' | 'dropped'
  /** People who got the role, and who lost it. If it was made or dropped: all its members. */
  readonly joined: number
  readonly left: number
  /** People who had it until it was dropped, and who get all of it from other roles; 0 unless it was dropped. */
  readonly covered: number
  /** Entitlements that it newly gives, and that it no longer gives. If it was made or dropped: all of them. Ascending. */
  readonly gained: readonly number[]
  readonly lost: readonly number[]
  /** The events that caused it, by kind, in the order of kinds of `eventsBetween`. */
  readonly causes: readonly {
    readonly kind: AccessEvent['kind']
    readonly count: number
    readonly first: AccessEvent
  }[]
}

const kinds = ['new_entitlement', 'leaver', 'mover', 'joiner'] as const

/**
 * The steps of one revision by role, in the order of their numbers. A role that was both made and dropped is left out.
 * @param roles the roles after the revision
 */
export function roleChanges(
  steps: Steps,
  events: readonly AccessEvent[],
  roles: ReturnType<LivingRoleModel['roles']>,
): RoleChange[] {
  const byNumber = new Map(roles.map((role) => [role.number, role]))
  const stepsOf = Map.groupBy(steps, ({ role }) => role)
  return [...stepsOf]
    .sort(([a], [b]) => a - b)
    .flatMap(([role, own]): RoleChange[] => {
      const causes = causesOf(own, events)
      const dropped = own.find((step) => step.kind === 'dropped')
      const isMade = own.some((step) => step.kind === 'made')
      if (dropped !== undefined) {
        if (isMade) return []
        const left = dropped.identityCount + countOf(own, 'left') - countOf(own, 'joined')
        const covered = dropped.identityCount
        const lost = lostByDrop(own, dropped.entitlements)
        return [{ role, kind: 'dropped', joined: 0, left, covered, gained: [], lost, causes }]
      }
      const now = byNumber.get(role)
      if (isMade && now !== undefined) {
        const { identities, entitlements } = now
        return [
          {
            role,
            kind: 'made',
            joined: identities.length,
            left: 0,
            covered: 0,
            gained: entitlements,
            lost: [],
            causes,
          },
        ]
      }
      const entitlementsOf = (kind: 'gained' | 'lost') =>
        own.flatMap((step) => (step.kind === kind ? step.entitlement : [])).sort((a, b) => a - b)
      return [
        {
          role,
          kind: 'changed',
          joined: countOf(own, 'joined'),
          left: countOf(own, 'left'),
          covered: 0,
          gained: entitlementsOf('gained'),
          lost: entitlementsOf('lost'),
          causes,
        },
      ]
    })
}

function countOf(steps: Steps, kind: Steps[number]['kind']): number {
  return steps.filter((step) => step.kind === kind).length
}

/** The entitlements that the role gave before the revision, ascending. */
function lostByDrop(steps: Steps, atLast: readonly number[]): number[] {
  const before = new Set(atLast)
  for (const step of steps) {
    if (step.kind === 'gained') before.delete(step.entitlement)
    if (step.kind === 'lost') before.add(step.entitlement)
  }
  return [...before].sort((a, b) => a - b)
}

function causesOf(steps: Steps, events: readonly AccessEvent[]): RoleChange['causes'] {
  const places = [...new Set(steps.map(({ event }) => event))].sort((a, b) => a - b)
  return kinds.flatMap((kind) => {
    const own = places.filter((place) => events[place]!.kind === kind)
    return own.length === 0 ? [] : [{ kind, count: own.length, first: events[own[0]!]! }]
  })
}

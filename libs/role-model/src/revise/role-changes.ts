import type { AccessEvent } from './living-access.ts'
import type { LivingRoleModel } from './living-role-model.ts'

type Steps = ReturnType<LivingRoleModel['applyAll']>['steps']

/** What became of one role, and why. */
export interface RoleChange {
  readonly role: number
  readonly kind: 'made' | 'changed' | 'dropped'
  /** People whom the role is new to, and who have lost it; all of them where it was made or dropped. */
  readonly joined: number
  readonly left: number
  /** People who had it to the end, and get all of it from other roles; 0 unless it was dropped. */
  readonly covered: number
  /** Entitlements that it gives since, and no longer gives; all of them where it was made or dropped. Ascending. */
  readonly gained: readonly number[]
  readonly lost: readonly number[]
  /** The events that it is because of, by their kind, in the order in which `eventsBetween` has the kinds. */
  readonly causes: readonly {
    readonly kind: AccessEvent['kind']
    readonly count: number
    readonly first: AccessEvent
  }[]
}

const kinds = ['new_entitlement', 'leaver', 'mover', 'joiner'] as const

/**
 * The steps of one revision told by role, in the order of their numbers. A role that was made and dropped on the way is left out.
 * @param roles as they are after it
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

/** What the role gave before the revision. */
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

import { type Candidate, candidates } from './candidates.ts'
import type { EntitlementMaker } from './entitlement-maker.ts'
import { itemAt } from './item-at.ts'
import type { PlantedRole } from './organisation.ts'
import type { Department } from './people.ts'
import type { Random } from './random.ts'
import type { SampleIdentity } from './sample-records.ts'

/** A planned role by ordinals, with the people who left and still hold some of its grants. */
export interface RolePlan {
  readonly role: PlantedRole
  /** Enabled people, ascending. */
  readonly members: readonly number[]
  /** The disabled or deleted people whom the filters select. */
  readonly leavers: readonly number[]
  readonly entitlements: readonly number[]
}

/** No method could distinguish two roles whose cohorts are this similar, so the second one is not planted. */
const tooAlike = 0.75
const shareWithSibling = 0.08

/** Decides which roles are planted, with their members and entitlements, from general to special roles. */
export function plantRoles(
  random: Random,
  identities: readonly SampleIdentity[],
  departments: readonly Department[],
  maker: EntitlementMaker,
  settings: { readonly minimumRoleSize: number; readonly density: number },
): RolePlan[] {
  const plans: RolePlan[] = []
  const people = new PeopleIndex(identities)
  const rolesOf = new Map<number, number[]>()
  for (const candidate of candidates(random.stream('candidates'), identities, departments)) {
    const { members, leavers } = people.select(candidate.filters)
    if (members.length < settings.minimumRoleSize || hasTwin(plans, rolesOf, members)) continue
    const entitlements = giveEntitlements(random, maker, candidate, plans, settings.density)
    for (const member of members) {
      const roles = rolesOf.get(member)
      if (roles === undefined) rolesOf.set(member, [plans.length])
      else roles.push(plans.length)
    }
    plans.push({
      role: {
        name: candidate.name,
        kind: candidate.kind,
        filters: candidate.filters,
        identityIds: members.map((ordinal) => itemAt(identities, ordinal).id),
        entitlementIds: entitlements.map((ordinal) => itemAt(maker.entitlements, ordinal).id),
      },
      members,
      leavers,
      entitlements,
    })
  }
  return plans
}

/** The value of an identity's attribute, by the attribute's key in the role mining API. */
function attributeValue(identity: SampleIdentity, attribute: string): string {
  switch (attribute) {
    case 'department':
      return identity.department
    case 'job_title':
      return identity.jobTitle
    case 'employment_type':
      return identity.employmentType
    case 'location':
    case 'cost_center':
    case 'project':
      return identity.attributes[attribute]
    default:
      throw new Error(`no role is planted over "${attribute}"`)
  }
}

/** People by attribute and value, to find a cohort without a pass over all people. */
class PeopleIndex {
  readonly #identities: readonly SampleIdentity[]
  readonly #everyone: readonly number[]
  readonly #holders = new Map<string, Map<string, number[]>>()

  constructor(identities: readonly SampleIdentity[]) {
    this.#identities = identities
    this.#everyone = identities.flatMap((identity, ordinal) => (identity.type === 'human' ? [ordinal] : []))
  }

  select(filters: PlantedRole['filters']): { members: number[]; leavers: number[] } {
    const narrowest = filters
      .map((filter) => this.#holdersOf(filter))
      .reduce((best, holders) => (holders.length < best.length ? holders : best), this.#everyone)
    const chosen = narrowest.filter((ordinal) =>
      filters.every(({ attribute, values }) =>
        values.includes(attributeValue(itemAt(this.#identities, ordinal), attribute)),
      ),
    )
    const isEnabled = (ordinal: number) => itemAt(this.#identities, ordinal).status === 'enabled'
    return { members: chosen.filter(isEnabled), leavers: chosen.filter((ordinal) => !isEnabled(ordinal)) }
  }

  #holdersOf({ attribute, values }: PlantedRole['filters'][number]): readonly number[] {
    let byValue = this.#holders.get(attribute)
    if (byValue === undefined) {
      byValue = Map.groupBy(this.#everyone, (ordinal) => attributeValue(itemAt(this.#identities, ordinal), attribute))
      this.#holders.set(attribute, byValue)
    }
    return values.flatMap((value) => byValue.get(value) ?? [])
  }
}

function hasTwin(
  plans: readonly RolePlan[],
  rolesOf: ReadonlyMap<number, number[]>,
  members: readonly number[],
): boolean {
  const shared = new Map<number, number>()
  for (const member of members) {
    for (const plan of rolesOf.get(member) ?? []) shared.set(plan, (shared.get(plan) ?? 0) + 1)
  }
  for (const [plan, common] of shared) {
    if (common / (itemAt(plans, plan).members.length + members.length - common) >= tooAlike) return true
  }
  return false
}

/**
 * Mostly makes new entitlements for the role; sometimes it shares one of a sibling (same kind, other value, so that nobody is in both). A
 * department or project role often has a group that implies some of its other entitlements.
 */
function giveEntitlements(
  random: Random,
  maker: EntitlementMaker,
  candidate: Candidate,
  plans: readonly RolePlan[],
  density: number,
): number[] {
  const draw = random.stream(`gives ${candidate.kind} ${candidate.name}`)
  const count = Math.max(2, Math.round(draw.integer(...candidate.size) * density))
  const siblings = plans.filter((plan) => plan.role.kind === candidate.kind)
  const given = new Set<number>()
  const own: number[] = []
  while (given.size < count) {
    if (siblings.length > 0 && given.size > 0 && draw.chance(shareWithSibling)) {
      const lent = draw.pick(draw.pick(siblings).entitlements)
      if (itemAt(maker.entitlements, lent).resourceType === 'permission') given.add(lent)
      continue
    }
    const made = maker.permission(candidate.subject, candidate.applications)
    own.push(made)
    given.add(made)
  }
  if ((candidate.kind === 'department' || candidate.kind === 'project') && own.length >= 3 && draw.chance(0.6)) {
    given.add(maker.group(candidate.subject, own.slice(0, draw.integer(1, Math.min(3, own.length - 1)))))
  }
  return [...given].sort((a, b) => a - b)
}

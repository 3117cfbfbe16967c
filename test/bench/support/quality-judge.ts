import type { Role } from '../../../libs/mining/bench/judge-roles.ts'
import { BestConjunction } from './best-conjunction.ts'
import type { PlantedOrganisation, PlantedRole } from './organisation-draft.ts'

/** Shares of 1. */
interface Score {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

export interface Quality {
  readonly asked: number
  readonly mined: number
  readonly fair: Score
  /** Jaccard of at least 0.9 on all members and all entitlements of a planted role. */
  readonly strict: Score
  /**
   * The result of a miner that knows every role: it suggests the members whom the best conjunction of values names, with the
   * entitlements that no other role gives. No data show that an entitlement from another role belongs to this role as well.
   */
  readonly strictCeiling: number
  /** The precision of the first hundred, by the fair judge. */
  readonly firstHundred: number
  /** Of the suggested pairs of a member and an entitlement, the share that is planted. */
  readonly cellsRight: number
  /** Of the pairs of the required roles and the members whom the best conjunction names, the share that is suggested. */
  readonly cellsTold: number
  /** Of all suggested pairs, the share that an earlier suggestion has. */
  readonly cellsTwice: number
  /** For each mined role, whether the fair judge accepts it. */
  readonly isRight: readonly boolean[]
  /** The required planted roles that the fair judge does not find. */
  readonly missed: readonly PlantedRole[]
}

const fairly = { entitlements: 0.8, members: 0.9, leastMembers: 5, leastOwn: 2, leastDescribable: 0.7 }
const strictly = 0.9
/** The lowest reach that the fair judge assumes for a role, also when no conjunction of values names its members better. */
const leastReach = 0.5

/**
 * Judges the mined roles against the planted ones. The strict judge requires more than a miner can know: with an attribute that is blank
 * for 4 % of the members, a team's rule misses them; and one entitlement that a parent also gives makes a role missed and spurious at once.
 *
 * The fair judge requires only the entitlements that a planted role adds. An entitlement that nine in ten of its members hold by other
 * roles counts on neither side; `cellsTwice` shows such repetitions. It requires a Jaccard similarity of 0.8 for these entitlements, and
 * for the members nine tenths of the similarity of the best conjunction of three values. It requires roles with 5 members, 2 entitlements
 * and a conjunction of 0.7.
 *
 * `byAccess` judges miners that know no attribute: every role from `leastMembers` on is required, and the similarity of the members must be
 * 0.9.
 */
export function judgeQuality(
  organisation: PlantedOrganisation,
  mined: readonly Role[],
  options: { readonly byAccess?: boolean; readonly leastMembers?: number } = {},
): Quality {
  const { byAccess = false, leastMembers = fairly.leastMembers } = options
  const { roles } = organisation
  const best = new BestConjunction(organisation.parts)
  const elsewhere = givenElsewhere(organisation)
  const planted = roles.map((role, r) => {
    const own = role.entitlements.filter((e) => !elsewhere[r]!.has(e))
    const { jaccard: reach, named } = byAccess ? { jaccard: 1, named: role.identities } : best.of(role.identities)
    const isLarge = role.identities.length >= leastMembers
    return {
      role,
      own,
      elsewhere: elsewhere[r]!,
      reach,
      named,
      isAsked: isLarge && own.length >= fairly.leastOwn && reach >= fairly.leastDescribable,
      isLarge,
    }
  })
  const toldElsewhere = new Set(planted.flatMap(({ isAsked, own }) => (isAsked ? [...own] : [])))
  const isKnowable = ({ isAsked, reach, role, own, elsewhere: other }: (typeof planted)[number]) => {
    const told = own.length + role.entitlements.filter((e) => other.has(e) && !toldElsewhere.has(e)).length
    return isAsked && reach >= strictly && told >= strictly * role.entitlements.length
  }
  const giving = listedBy(mined)
  const fair = new Matches(mined.length)
  const strict = new Matches(mined.length)
  const missed: PlantedRole[] = []
  for (const { role, own, elsewhere: other, reach, isAsked, isLarge } of planted) {
    const near = new Set(Array.from(role.entitlements).flatMap((e) => giving.get(e) ?? []))
    const alike = [...near].map((m) => ({ m, members: jaccard(role.identities, mined[m]!.identities) }))
    const isFair = alike.filter(({ m, members }) => {
      const suggested = Uint32Array.from(mined[m]!.entitlements).filter((e) => !other.has(e))
      return members >= fairly.members * Math.max(leastReach, reach) && jaccard(own, suggested) >= fairly.entitlements
    })
    const isStrict = alike.filter(
      ({ m, members }) => members >= strictly && jaccard(role.entitlements, mined[m]!.entitlements) >= strictly,
    )
    fair.add(isFair, isAsked)
    strict.add(isStrict, byAccess ? isLarge : isAsked)
    if (isAsked && isFair.length === 0) missed.push(role)
  }
  return {
    asked: fair.asked,
    mined: mined.length,
    fair: fair.score(),
    strict: strict.score(),
    strictCeiling: planted.filter(isKnowable).length / Math.max(1, fair.asked),
    firstHundred: fair.precisionOfFirst(100),
    ...cellsOf(
      organisation,
      mined,
      planted
        .filter(({ isAsked }) => isAsked)
        .map(({ role, named }) => ({ identities: named, entitlements: role.entitlements })),
    ),
    isRight: fair.isUsed,
    missed,
  }
}

class Matches {
  readonly isUsed: boolean[]
  asked = 0
  private found = 0

  constructor(count: number) {
    this.isUsed = new Array<boolean>(count).fill(false)
  }

  add(same: readonly { readonly m: number }[], isAsked: boolean): void {
    for (const { m } of same) this.isUsed[m] = true
    if (!isAsked) return
    this.asked++
    if (same.length > 0) this.found++
  }

  precisionOfFirst(count: number): number {
    const first = this.isUsed.slice(0, count)
    return first.length === 0 ? 1 : first.filter(Boolean).length / first.length
  }

  score(): Score {
    const precision = this.precisionOfFirst(this.isUsed.length)
    const recall = this.asked === 0 ? 1 : this.found / this.asked
    return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) }
  }
}

/** For each planted role, the entitlements that nine in ten of its members also hold by other roles. */
function givenElsewhere({ roles, truth }: PlantedOrganisation): readonly ReadonlySet<number>[] {
  const rolesOf: number[][] = Array.from({ length: truth.rowOffset.length - 1 }, () => [])
  for (const [r, { identities }] of roles.entries()) for (const person of identities) rolesOf[person]!.push(r)
  return roles.map(({ identities }, r) => {
    const counts = new Map<number, number>()
    for (const person of identities) {
      const given = new Set(rolesOf[person]!.flatMap((other) => (other === r ? [] : [...roles[other]!.entitlements])))
      for (const e of given) counts.set(e, (counts.get(e) ?? 0) + 1)
    }
    return new Set([...counts].filter(([, count]) => count >= 0.9 * identities.length).map(([e]) => e))
  })
}

function cellsOf(
  { truth }: PlantedOrganisation,
  mined: readonly Role[],
  asked: readonly Pick<PlantedRole, 'identities' | 'entitlements'>[],
) {
  const suggested = new Map<number, Map<number, number>>()
  let all = 0
  let right = 0
  let twice = 0
  const planted = Array.from(
    { length: truth.rowOffset.length - 1 },
    (_, i) => new Set(truth.rowEntitlement.subarray(truth.rowOffset[i], truth.rowOffset[i + 1])),
  )
  for (const { identities, entitlements } of mined) {
    for (const person of Array.from(identities)) {
      let told = suggested.get(person)
      if (told === undefined) {
        told = new Map()
        suggested.set(person, told)
      }
      for (const e of Array.from(entitlements)) {
        const before = told.get(e) ?? 0
        told.set(e, before + 1)
        all++
        if (before > 0) twice++
        else if (planted[person]!.has(e)) right++
      }
    }
  }
  const wanted = Array.from({ length: planted.length }, () => new Set<number>())
  for (const { identities, entitlements } of asked) {
    for (const person of identities) for (const e of entitlements) wanted[person]!.add(e)
  }
  let describable = 0
  let told = 0
  for (const [person, set] of wanted.entries()) {
    describable += set.size
    for (const e of set) if (suggested.get(person)?.has(e) === true) told++
  }
  return {
    cellsRight: all === twice ? 1 : right / (all - twice),
    cellsTold: describable === 0 ? 1 : told / describable,
    cellsTwice: all === 0 ? 0 : twice / all,
  }
}

/** For each entitlement, the roles that give it. */
function listedBy(roles: readonly Role[]): ReadonlyMap<number, readonly number[]> {
  const giving = new Map<number, number[]>()
  for (const [r, { entitlements }] of roles.entries()) {
    for (const e of Array.from(entitlements)) {
      const list = giving.get(e)
      if (list === undefined) giving.set(e, [r])
      else list.push(r)
    }
  }
  return giving
}

/** The Jaccard similarity of two ascending lists. */
function jaccard(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let both = 0
  let j = 0
  for (let i = 0; i < a.length; i++) {
    while (j < b.length && b[j]! < a[i]!) j++
    if (j < b.length && b[j] === a[i]) both++
  }
  return both === 0 ? 0 : both / (a.length + b.length - both)
}

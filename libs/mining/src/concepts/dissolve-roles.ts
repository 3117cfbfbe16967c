import type { DraftRole } from './role-book.ts'

/**
 * A role is a part of the union when this share of its members is in the union. One in twenty grants is missing, so of two entitlements one
 * in ten people lack one.
 */
const leastInside = 0.95
const leastInsideOfTwo = 0.85

/** Parts make the union when they have this share of its members together. */
const leastOfUnion = 0.96

/** How many of the largest parts are tried, and how many of these are used at most. */
const mostAsked = 6
const mostParts = 3

/**
 * Removes roles that are only the common part of two or three other roles. All people of these roles hold their common entitlements, so
 * these look like a role of the union. Such a role is removed, and its entitlements are added to the parts. Then its members need not be
 * named, but its entitlements are named once more for each further part. A department that is the union of its teams looks the same. So a
 * role stays in three cases: naming its entitlements again costs as much as naming the role and its members; a rule over attributes names
 * its people; or a list of values names them, one value for each part, and this costs no more than naming the entitlements again (a role
 * for a department to which two companies give different names).
 * @param roles changed in place: the smallest union first, because a larger union may consist of its parts
 * @param isNamed whether a rule over attributes, with this number of values of one attribute, names the people
 * @returns whether a role was removed
 */
export function dissolveUnions(
  roles: DraftRole[],
  personCount: number,
  isNamed: (members: Uint32Array, values: number) => boolean,
  check: () => void = () => {},
): boolean {
  const rolesOf = listRoles(roles, personCount)
  const common = new Uint32Array(roles.length)
  const gone = new Set<DraftRole>()
  const order = [...roles.keys()].sort((a, b) => roles[a]!.members.length - roles[b]!.members.length || a - b)
  for (const r of order) {
    check()
    const role = roles[r]!
    const parts = partsOf(r, roles, rolesOf, common, gone)
    if (parts === undefined) continue
    const namedAgain = role.entitlements.length * (parts.length - 1)
    if (namedAgain >= role.members.length + 1 || isNamed(role.members, 1)) continue
    if (namedAgain >= parts.length + 1 && isNamed(role.members, parts.length)) continue
    gone.add(role)
    for (const part of parts) {
      part.entitlements = Uint32Array.from(new Set([...part.entitlements, ...role.entitlements])).sort()
    }
  }
  if (gone.size === 0) return false
  const kept = roles.filter((role) => !gone.has(role))
  roles.length = 0
  roles.push(...kept)
  return true
}

/** Two or three roles that are parts of this one and together have nearly all its members. */
function partsOf(
  r: number,
  roles: readonly DraftRole[],
  { offset, role: listed }: PersonRoles,
  common: Uint32Array,
  gone: ReadonlySet<DraftRole>,
): readonly DraftRole[] | undefined {
  const { members, entitlements } = roles[r]!
  const least = entitlements.length === 2 ? leastInsideOfTwo : leastInside
  const seen: number[] = []
  for (const person of members) {
    for (let at = offset[person]!; at < offset[person + 1]!; at++)
      if (common[listed[at]!]!++ === 0) seen.push(listed[at]!)
  }
  const inside = seen
    .filter((other) => {
      const size = roles[other]!.members.length
      // A role as large as the union is not a part of it.
      return (
        other !== r && !gone.has(roles[other]!) && common[other]! >= least * size && size < leastInside * members.length
      )
    })
    .sort((a, b) => common[b]! - common[a]! || a - b)
    .slice(0, mostAsked)
  for (const other of seen) common[other] = 0
  const left = new Set(members)
  const parts: DraftRole[] = []
  while (parts.length < mostParts && left.size > (1 - leastOfUnion) * members.length) {
    let best: DraftRole | undefined
    let most = 0
    for (const other of inside) {
      const news = roles[other]!.members.reduce((count, person) => count + (left.has(person) ? 1 : 0), 0)
      if (news > most) {
        most = news
        best = roles[other]
      }
    }
    // What adds less than half of itself is another story.
    if (best === undefined || most * 2 < best.members.length) return undefined
    parts.push(best)
    for (const person of best.members) left.delete(person)
  }
  return left.size <= (1 - leastOfUnion) * members.length && parts.length > 1 ? parts : undefined
}

interface PersonRoles {
  readonly offset: Uint32Array
  readonly role: Uint32Array
}

function listRoles(roles: readonly DraftRole[], personCount: number): PersonRoles {
  const offset = new Uint32Array(personCount + 1)
  for (const { members } of roles) for (const person of members) offset[person + 1]!++
  for (let person = 0; person < personCount; person++) offset[person + 1]! += offset[person]!
  const next = offset.slice(0, personCount)
  const role = new Uint32Array(offset[personCount]!)
  for (const [r, { members }] of roles.entries()) for (const person of members) role[next[person]!++] = r
  return { offset, role }
}

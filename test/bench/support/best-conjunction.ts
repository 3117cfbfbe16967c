import type { SnapshotParts } from '@assay/mining'

/** The largest number of values that are tried for one role: those that most of its members share. */
const mostValues = 12

/**
 * How well any conjunction of up to three attribute values can name given members: the highest Jaccard similarity.
 * Values that differ in case or in surrounding blanks count as one, and "N/A" and "-" as none.
 */
export class BestConjunction {
  private readonly attributes: readonly FoldedAttribute[]
  private readonly persons: Uint32Array

  constructor({ attributes, identityStatus, identityType }: SnapshotParts) {
    this.persons = Uint32Array.from(identityStatus.keys()).filter(
      (i) => identityStatus[i] === 0 && identityType[i] === 0,
    )
    this.attributes = attributes.map((attribute) => new FoldedAttribute(attribute))
  }

  /** The similarity, and the members whom the best conjunction names. */
  of(members: Uint32Array): { readonly jaccard: number; readonly named: Uint32Array } {
    const wanted = this.valuesOf(members)
    // The values that each person matches, as a mask of bits: for members and for everyone.
    const ofMembers = masksOf(members, wanted)
    const ofAll = masksOf(this.persons, wanted)
    let best = 0
    let bestMask = 0
    for (const mask of masks(wanted.length)) {
      const common = countWith(ofMembers, mask)
      if (common === 0) continue
      const jaccard = common / (countWith(ofAll, mask) + members.length - common)
      if (jaccard <= best) continue
      best = jaccard
      bestMask = mask
    }
    return { jaccard: best, named: members.filter((person) => (maskOf(person, wanted) & bestMask) === bestMask) }
  }

  private valuesOf(members: Uint32Array): WantedValue[] {
    const found: (WantedValue & { readonly count: number })[] = []
    for (const attribute of this.attributes) {
      const counts = new Map<number, number>()
      for (const person of members)
        for (const value of attribute.of(person)) counts.set(value, (counts.get(value) ?? 0) + 1)
      for (const [value, count] of counts) if (count * 2 >= members.length) found.push({ attribute, value, count })
    }
    return found.sort((a, b) => b.count - a.count).slice(0, mostValues)
  }
}

/**
 * An attribute whose values are compared without case and surrounding blanks. A person has one value or none, or several values of a list.
 */
class FoldedAttribute {
  private readonly rows: readonly (readonly number[])[]

  constructor({ values, column, lists }: SnapshotParts['attributes'][number]) {
    const ordinals = new Map<string, number>()
    const folded = values.map((value) => {
      const plain = value.trim().toLowerCase()
      if (plain === '' || plain === 'n/a' || plain === '-') return -1
      if (!ordinals.has(plain)) ordinals.set(plain, ordinals.size)
      return ordinals.get(plain)!
    })
    const known = (raw: readonly number[]) =>
      [...new Set(raw.map((ordinal) => (ordinal < 0 ? -1 : folded[ordinal]!)))].filter((value) => value >= 0)
    this.rows =
      column === undefined
        ? Array.from(lists.offset.subarray(1), (end, i) => known([...lists.value.subarray(lists.offset[i], end)]))
        : Array.from(column, (ordinal) => known([ordinal]))
  }

  of(person: number): readonly number[] {
    return this.rows[person]!
  }
}

interface WantedValue {
  readonly attribute: FoldedAttribute
  readonly value: number
}

function masksOf(persons: Uint32Array, wanted: readonly WantedValue[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const person of persons) {
    const mask = maskOf(person, wanted)
    if (mask !== 0) counts.set(mask, (counts.get(mask) ?? 0) + 1)
  }
  return counts
}

function maskOf(person: number, wanted: readonly WantedValue[]): number {
  let mask = 0
  for (const [w, { attribute, value }] of wanted.entries()) if (attribute.of(person).includes(value)) mask |= 1 << w
  return mask
}

function countWith(counts: ReadonlyMap<number, number>, mask: number): number {
  let sum = 0
  for (const [other, count] of counts) if ((other & mask) === mask) sum += count
  return sum
}

/** All masks of one to three bits. */
function masks(count: number): number[] {
  const found: number[] = []
  for (let a = 0; a < count; a++) {
    found.push(1 << a)
    for (let b = a + 1; b < count; b++) {
      found.push((1 << a) | (1 << b))
      for (let c = b + 1; c < count; c++) found.push((1 << a) | (1 << b) | (1 << c))
    }
  }
  return found
}

import { holdsOnlyDays } from '../attribute-values.ts'
import { type CleanColumn, cleanColumns } from '../clean-columns.ts'
import { type Groups, splitGroups } from '../grouping.ts'
import type { Snapshot } from '../snapshot.ts'
import type { RoleExplanation } from './role-result.ts'
import { bestListOf } from './value-lists.ts'

/** A value must be shared by this share of the members to be in a rule. */
const leastRecall = 0.5

/** Attributes that are combined, the best by themselves. */
const mostAttributes = 6

/** One more attribute must better the rule by this much (F1), or the shorter rule stays. */
const leastBetter = 0.01

/** One attribute over the persons of the population, or one column of a list, and who has which value. */
interface ExplainingAttribute extends CleanColumn {
  readonly groups: Groups
}

interface Candidate {
  readonly attribute: ExplainingAttribute
  readonly value: number
  readonly group: number
}

interface Rule {
  readonly parts: readonly Candidate[]
  readonly cohortSize: number
  readonly matchedMembers: number
  readonly f1: number
}

/**
 * Says in attribute values who the members of a role are: of the values that most members share, the combination of up to
 * `maxFilters` that agrees best with the membership (F1, the harmonic mean of precision and recall). Combinations are
 * counted exactly, over the smallest of their groups.
 */
export class RoleExplainer {
  private readonly attributes: readonly ExplainingAttribute[]
  private readonly maxFilters: number

  constructor(snapshot: Snapshot, persons: Uint32Array, maxFilters: number) {
    this.maxFilters = maxFilters
    const describing = snapshot.attributes.filter((attribute) => !holdsOnlyDays(attribute))
    this.attributes = (maxFilters === 0 ? [] : describing).flatMap((attribute) =>
      cleanColumns(attribute, persons).map((one) => ({
        ...one,
        groups: splitGroups(undefined, one.column, one.spellings.length, 1),
      })),
    )
  }

  /** Members are positions in the population, ascending. */
  explain(members: Uint32Array): RoleExplanation | undefined {
    const { maxFilters } = this
    const singles = this.candidates(members)
      .map((candidate) => this.rule([candidate], members))
      .sort((a, b) => b.f1 - a.f1)
      .slice(0, mostAttributes)
    let best = singles[0]
    let level = singles
    for (let filters = 2; filters <= maxFilters && best !== undefined; filters++) {
      const longer: Rule[] = []
      for (const rule of level) {
        const last = singles.findIndex((single) => single.parts[0] === rule.parts[rule.parts.length - 1])
        for (const single of singles.slice(last + 1)) {
          // A rule names an attribute once, so it has no two columns of one list.
          if (rule.parts.some(({ attribute }) => attribute.key === single.parts[0]!.attribute.key)) continue
          longer.push(this.rule([...rule.parts, ...single.parts], members))
        }
      }
      const top = longer.reduce<Rule | undefined>((a, b) => (a !== undefined && a.f1 >= b.f1 ? a : b), undefined)
      if (top !== undefined && top.f1 > best.f1 + leastBetter) best = top
      level = longer
    }
    if (best === undefined) return undefined
    const { parts, cohortSize, matchedMembers } = best
    return {
      filters: this.attributes.flatMap((attribute) => {
        const part = parts.find((p) => p.attribute === attribute)
        return part === undefined ? [] : [{ attribute: attribute.key, values: attribute.spellings[part.value]! }]
      }),
      cohortSize,
      matchedMembers,
      precision: matchedMembers / cohortSize,
      recall: matchedMembers / members.length,
    }
  }

  /**
   * How well a rule with a list of at most `mostValues` values of one attribute names the members (F1): the departments that two
   * companies call by different names. Besides the list it has at most `maxFilters` - 1 values that most members share.
   */
  namedByList(members: Uint32Array, mostValues: number): number {
    const singles = this.candidates(members)
    let best = 0
    for (const listed of this.attributes) {
      const others = singles.filter(({ attribute }) => attribute.key !== listed.key)
      for (const parts of [[], ...others.map((one) => [one])].slice(0, this.maxFilters === 1 ? 1 : undefined)) {
        const isAsked = (person: number) => parts.every(({ attribute, value }) => attribute.column[person] === value)
        best = Math.max(best, bestListOf(listed, members, mostValues, isAsked))
      }
    }
    return best
  }

  /** Per attribute the value that most members have, if enough of them do; ties go to the first group. */
  private candidates(members: Uint32Array): Candidate[] {
    const found: Candidate[] = []
    for (const attribute of this.attributes) {
      const { column, groups } = attribute
      const count = new Map<number, number>()
      for (const person of members) {
        const group = groups.of[person]!
        if (group >= 0) count.set(group, (count.get(group) ?? 0) + 1)
      }
      let best = -1
      let most = 0
      for (const [group, c] of count) {
        if (c > most || (c === most && group < best)) {
          best = group
          most = c
        }
      }
      if (most === 0 || most < leastRecall * members.length) continue
      found.push({ attribute, value: column[groups.members[groups.offset[best]!]!]!, group: best })
    }
    return found
  }

  private rule(parts: readonly Candidate[], members: Uint32Array): Rule {
    const sizeOf = ({ attribute: { groups }, group }: Candidate) => groups.offset[group + 1]! - groups.offset[group]!
    const smallest = parts.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a))
    const others = parts.filter((part) => part !== smallest)
    const { groups } = smallest.attribute
    let cohortSize = sizeOf(smallest)
    let matchedMembers = 0
    for (const person of members) {
      let isSelected = groups.of[person] === smallest.group
      for (const { attribute, value } of others) if (attribute.column[person] !== value) isSelected = false
      if (isSelected) matchedMembers++
    }
    if (others.length > 0) {
      cohortSize = 0
      for (let at = groups.offset[smallest.group]!; at < groups.offset[smallest.group + 1]!; at++) {
        const person = groups.members[at]!
        let isSelected = true
        for (const { attribute, value } of others) if (attribute.column[person] !== value) isSelected = false
        if (isSelected) cohortSize++
      }
    }
    return { parts, cohortSize, matchedMembers, f1: (2 * matchedMembers) / (cohortSize + members.length) }
  }
}

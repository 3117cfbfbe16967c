import { cleanValues } from '../attribute-values.ts'
import type { Snapshot } from '../snapshot.ts'
import type { CohortColumns } from './cohort-columns.ts'

export interface FacetValue {
  readonly value: string
  readonly userCount: number
  /**
   * How much the value sharpens the cohort: mean over the entitlements in question of |coverage among those with the value
   * - coverage in the cohort|, 0 to 1, shrunk for values of few members.
   */
  readonly sharpening: number
}

/** One attribute of the members; all values, placeholders left out. */
export interface CohortFacet {
  readonly attribute: string
  /** Members with a value. */
  readonly userCount: number
  /** The share of the access in question that the attribute tells apart, 0 to 1; see docs/mining.md. */
  readonly sharpening: number
  /** Most members first, then by value. */
  readonly values: readonly FacetValue[]
}

/** Entitlements that nearly all or nearly nobody holds cannot be told apart; the others are those in question. */
const questionFrom = 0.05
const questionTo = 0.95
const mostInQuestion = 200

/**
 * The attributes of a cohort, the one first that sharpens it most: eta squared, the part of the variance of holding an
 * entitlement that lies between the values and not within them, over the entitlements that some but not all hold;
 * corrected for the number of values, so that an attribute with a value for each member gains nothing by that.
 */
export function cohortFacets(snapshot: Snapshot, columns: CohortColumns): CohortFacet[] {
  const { members } = columns
  const question = inQuestion(columns)
  const facets = snapshot.attributes.map((attribute) => {
    const { remap, representative } = cleanValues(attribute)
    const valueAt = Int32Array.from(members, (identity) => {
      const raw = attribute.column[identity]
      return raw < 0 ? -1 : remap[raw]
    })
    return {
      key: attribute.key,
      ...facetOf(columns, question, valueAt, representative.length),
      attribute,
      representative,
    }
  })
  return facets
    .map(({ key, userCount, sharpening, valueCount, valueSharpening, attribute, representative }) => ({
      attribute: key,
      userCount,
      sharpening,
      values: Array.from(representative, (raw, v) => ({
        value: attribute.values[raw].trim(),
        userCount: valueCount[v],
        sharpening: valueSharpening[v],
      }))
        .filter((value) => value.userCount > 0)
        .sort((a, b) => b.userCount - a.userCount || (a.value < b.value ? -1 : 1)),
    }))
    .sort((a, b) => b.sharpening - a.sharpening)
}

function inQuestion({ members, entitlements, offset }: CohortColumns): number[] {
  const found: number[] = []
  for (let i = 0; i < entitlements.length && found.length < mostInQuestion; i++) {
    const coverage = (offset[i + 1] - offset[i]) / members.length
    if (coverage < questionFrom) break
    if (coverage <= questionTo) found.push(i)
  }
  return found
}

function facetOf(columns: CohortColumns, question: readonly number[], valueAt: Int32Array, valueCountAll: number) {
  const { offset, holder } = columns
  const valueCount = new Uint32Array(valueCountAll)
  let userCount = 0
  for (let m = 0; m < valueAt.length; m++) {
    if (valueAt[m] < 0) continue
    valueCount[valueAt[m]]++
    userCount++
  }
  const present = Uint32Array.from(valueCount.keys()).filter((v) => valueCount[v] > 0)
  const slot = new Int32Array(valueCountAll).fill(-1)
  for (const [s, v] of present.entries()) slot[v] = s
  const held = new Uint32Array(present.length)
  const difference = new Float64Array(present.length)
  let between = 0
  let total = 0
  for (const i of question) {
    held.fill(0)
    let holders = 0
    for (let at = offset[i]; at < offset[i + 1]; at++) {
      const value = valueAt[holder[at]]
      if (value < 0) continue
      held[slot[value]]++
      holders++
    }
    const mean = holders / userCount
    for (let s = 0; s < present.length; s++) {
      const share = held[s] / valueCount[present[s]]
      between += valueCount[present[s]] * (share - mean) ** 2
      difference[s] += Math.abs(share - mean)
    }
    total += userCount * mean * (1 - mean)
  }
  const freedom = userCount - present.length
  const within = Math.max(0, total - between)
  // Adjusted as R squared is: what chance would put between so many values is taken off.
  const adjusted = freedom <= 0 || total === 0 ? 0 : 1 - (within / freedom) * ((userCount - 1) / total)
  const valueSharpening = new Float64Array(valueCountAll)
  for (const [s, v] of present.entries()) {
    const shrink = valueCount[v] / (valueCount[v] + 5)
    valueSharpening[v] = question.length === 0 ? 0 : (shrink * difference[s]) / question.length
  }
  return { userCount, sharpening: Math.max(0, adjusted), valueCount, valueSharpening }
}

import { eachValue } from '../attribute-lists.ts'
import { cohortMembers } from '../cohort-members.ts'
import type { CohortFilter } from '../cohort-result.ts'
import type { Snapshot, SnapshotAttribute } from '../snapshot.ts'
import { editDistance } from './near-text.ts'

/** A value that people have. */
interface FoundCondition {
  readonly attribute: string
  readonly value: string
  readonly people: number
}

export interface FoundConditions {
  /** The conditions with the most people first, then in the order of the data. */
  readonly conditions: readonly FoundCondition[]
  /** True when no value contains the text. The conditions then have similar values, the most similar first. */
  readonly isNearly: boolean
}

const mostFound = 50
/** Longer values are free text, which a user would not choose from a list. */
const longestValue = 500

/**
 * Values of the enabled people who match all filters: those that contain `text`, regardless of case, and those that the caller passes as
 * `meant`.
 * @param key only values of this attribute; undefined means all attributes
 * @param meant values by attribute
 */
export function searchConditions(
  snapshot: Snapshot,
  text: string,
  key: string | undefined,
  filters: readonly CohortFilter[],
  meant: readonly CohortFilter[] = [],
): FoundConditions {
  const members = cohortMembers(snapshot, filters)
  const attributes = snapshot.attributes.filter((one) => key === undefined || one.key === key)
  const found = attributes.flatMap((attribute) => conditionsOf(attribute, members))
  const asked = text.trim().toLowerCase()
  const alsoMeant = new Map(meant.map(({ attribute, values }) => [attribute, new Set(values)]))
  const containing = found.filter(
    ({ attribute, value }) => value.toLowerCase().includes(asked) || alsoMeant.get(attribute)?.has(value),
  )
  if (containing.length > 0 || asked === '')
    return { conditions: containing.sort((a, b) => b.people - a.people).slice(0, mostFound), isNearly: false }
  const most = Math.min(3, Math.floor(asked.length / 3))
  const near = found
    .map((condition) => ({ condition, distance: editDistance(asked, condition.value.toLowerCase(), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || b.condition.people - a.condition.people)
  return { conditions: near.slice(0, mostFound).map(({ condition }) => condition), isNearly: near.length > 0 }
}

/** Spellings that differ only in surrounding white space are one value, as in filters. */
function conditionsOf(attribute: SnapshotAttribute, members: Uint32Array): FoundCondition[] {
  const counts = new Map<string, number>()
  const trimmed = attribute.values.map((value) => value.trim())
  for (const member of members)
    eachValue(attribute, member, (ordinal) => counts.set(trimmed[ordinal]!, (counts.get(trimmed[ordinal]!) ?? 0) + 1))
  return [...counts]
    .filter(([value]) => value !== '' && value.length <= longestValue)
    .map(([value, people]) => ({ attribute: attribute.key, value, people }))
}

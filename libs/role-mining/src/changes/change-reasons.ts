import type { CandidateChange } from '@assay/mining'
import type { PolicyReport } from '../apply-policies.ts'
import type { CohortFilter } from '../cohort-filters.ts'
import type { MiningSettings } from '../mining-settings.ts'
import { quotedValues } from '../quoted-values.ts'
import { settingValue, settingWords } from '../setting-words.ts'
import type { LoadChange } from './load-changes.ts'
import type { RunCandidate } from './run-candidates.ts'

/** What is known about the time between two runs. */
interface Between {
  /** False when the load of the later run is older than the load of the run that it is compared with. */
  readonly isForward: boolean
  readonly isSameLoad: boolean
  /** Whether all loads between the runs were compared, and all their changes are stored. */
  readonly isWhole: boolean
  /** The differences of settings. */
  readonly differences: readonly string[]
  /** Policies that had another effect in the two runs. */
  readonly policyDifferences: readonly string[]
  readonly nameOf: (entitlementKey: number) => string
}

interface PeopleCounts {
  joined: number
  left: number
  movedIn: number
  movedOut: number
}

/** At most this number of entitlements is named for a candidate, those with the most changes. */
const mostEntitlements = 3

/** Explains a changed candidate by the data: the changes that the loads in between made to its people and its entitlements. */
export class LoadReasons {
  readonly #between: Between
  /** The counts by attribute and value. */
  readonly #people = new Map<string, PeopleCounts>()
  readonly #grants = new Map<number, { added: number; removed: number; addedByJoined: number; removedByLeft: number }>()

  constructor(loads: readonly LoadChange[], between: Between) {
    this.#between = between
    for (const { changes } of loads) {
      for (const { attribute, values } of changes.attributes) {
        for (const { value, ...counts } of values) {
          const key = placeOf(attribute, value)
          const own = this.#people.get(key) ?? { joined: 0, left: 0, movedIn: 0, movedOut: 0 }
          this.#people.set(key, {
            joined: own.joined + counts.joined,
            left: own.left + counts.left,
            movedIn: own.movedIn + counts.movedIn,
            movedOut: own.movedOut + counts.movedOut,
          })
        }
      }
      for (const { key, added, removed, addedByJoined, removedByLeft } of changes.entitlements) {
        const own = this.#grants.get(key) ?? { added: 0, removed: 0, addedByJoined: 0, removedByLeft: 0 }
        this.#grants.set(key, {
          added: own.added + added,
          removed: own.removed + removed,
          addedByJoined: own.addedByJoined + addedByJoined,
          removedByLeft: own.removedByLeft + removedByLeft,
        })
      }
    }
  }

  /** The reasons as sentences, beginning with the candidate's own content; none for an unchanged candidate. */
  of(
    change: CandidateChange<RunCandidate> & {
      readonly entitlementsAdded: readonly number[]
      readonly entitlementsRemoved: readonly number[]
    },
  ): string[] {
    const { fate, before, after, toldBy, entitlementsAdded, entitlementsRemoved } = change
    if (fate === 'same') return []
    const { differences, policyDifferences, isForward, isSameLoad, isWhole } = this.#between
    const sentences: string[] = []
    if (fate === 'renamed' && before !== undefined && after !== undefined)
      sentences.push(
        `It was described by ${wordsOf(before.filters)} and is now described by ${wordsOf(after.filters)}.`,
      )
    if (entitlementsAdded.length > 0) sentences.push(`It has ${this.#names(entitlementsAdded)} now.`)
    if (entitlementsRemoved.length > 0) sentences.push(`It no longer has ${this.#names(entitlementsRemoved)}.`)
    if (toldBy !== undefined) {
      const other = wordsOf(toldBy.filters)
      sentences.push(fate === 'gone' ? `Most of it is in ${other} now.` : `Most of it was in ${other} before.`)
    }
    const data = [
      ...this.#peopleSentences([...(before?.filters ?? []), ...(after?.filters ?? [])]),
      ...this.#grantSentences([...new Set([...(before?.entitlements ?? []), ...(after?.entitlements ?? [])])]),
    ]
    // The sentences describe the changes from the earlier load to the later one. When the runs are in the other order, a sentence has to
    // say so.
    if (!isForward && data.length > 0)
      sentences.push('The previous run has the later load. From the earlier load to the later one:')
    sentences.push(...data)
    if (differences.length > 0) sentences.push(`The settings differ: ${differences.join('; ')}.`)
    if (policyDifferences.length > 0) sentences.push(`Policies had another effect: ${policyDifferences.join('; ')}.`)
    if (!isSameLoad && !isWhole)
      sentences.push('Some changes of the loads between the two runs are not stored, so there may be more reasons.')
    if (data.length + differences.length + policyDifferences.length === 0 && (isSameLoad || isWhole))
      sentences.push('Neither its people nor the grants of its entitlements changed: mining chose other candidates.')
    return sentences
  }

  #names(keys: readonly number[]): string {
    const shown = keys.slice(0, mostEntitlements).map((key) => this.#between.nameOf(key))
    const more = keys.length - shown.length
    return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  }

  /** One sentence for each attribute that describes the candidate, over all its values. */
  #peopleSentences(filters: readonly CohortFilter[]): string[] {
    const told = new Set<string>()
    return filters.flatMap(({ attribute, values }) => {
      const name = `${attribute} ${quotedValues(values)}`
      if (told.has(name)) return []
      told.add(name)
      const sum: PeopleCounts = { joined: 0, left: 0, movedIn: 0, movedOut: 0 }
      for (const value of values) {
        const own = this.#people.get(placeOf(attribute, value))
        if (own === undefined) continue
        sum.joined += own.joined
        sum.left += own.left
        sum.movedIn += own.movedIn
        sum.movedOut += own.movedOut
      }
      const parts = [
        [sum.joined, 'joined'],
        [sum.left, 'left'],
        [sum.movedIn, 'moved in'],
        [sum.movedOut, 'moved out'],
      ] as const
      const words = parts.filter(([count]) => count > 0).map(([count, verb]) => `${count.toLocaleString('en')} ${verb}`)
      return words.length === 0 ? [] : [`Of ${name}, ${words.join(', ')}.`]
    })
  }

  #grantSentences(keys: readonly number[]): string[] {
    return keys
      .flatMap((key) => {
        const own = this.#grants.get(key)
        return own === undefined ? [] : [{ key, ...own }]
      })
      .sort((a, b) => b.added + b.removed - a.added - a.removed || a.key - b.key)
      .slice(0, mostEntitlements)
      .map(({ key, added, removed, addedByJoined, removedByLeft }) => {
        const more =
          added === 0
            ? []
            : [
                `${added === 1 ? '1 grant' : `${added} grants`} came${addedByJoined === 0 ? '' : ` (${addedByJoined} of new people)`}`,
              ]
        const less =
          removed === 0 ? [] : [`${removed} went${removedByLeft === 0 ? '' : ` (${removedByLeft} with their people)`}`]
        return `${this.#between.nameOf(key)}: ${[...more, ...less].join(', ')}.`
      })
  }
}

function placeOf(attribute: string, value: string): string {
  return JSON.stringify([attribute, value.trim()])
}

function wordsOf(filters: readonly CohortFilter[]): string {
  return filters.map(({ attribute, values }) => `${attribute} ${quotedValues(values)}`).join(' and ')
}

const listNames = { ignoredAttributes: 'attributes that form no groups', hints: 'preferred attributes' } as const

/** Settings that differ, by name: `"Most suggestions of an analysis" (maxSuggestions) 100, then 50`. A setting that only one run stored is left out. */
export function settingDifferences(before: MiningSettings, after: MiningSettings): string[] {
  const names = [
    'minCohortSize',
    'minEntitlements',
    'minCoverage',
    'expectedCoverage',
    'minLift',
    'maxFilters',
    'maxAttributes',
    'maxSuggestions',
    'commonAccessShare',
  ] as const
  const numbers = names
    .filter((name) => before[name] !== undefined && after[name] !== undefined && before[name] !== after[name])
    .map((name) => `${settingWords(name, before[name])}, then ${settingValue(name, after[name])}`)
  const lists = (['ignoredAttributes', 'hints'] as const)
    .filter((name) => JSON.stringify(before[name] ?? []) !== JSON.stringify(after[name] ?? []))
    .map((name) => `other ${listNames[name]}`)
  return [...numbers, ...lists]
}

/** Policies whose effect differs, by name: `"Four eyes" left out 0 entitlements and refused 0 groups, then 1 and 0`. */
export function policyDifferences(before: PolicyReport | undefined, after: PolicyReport | undefined): string[] {
  const sides = [before, after].map(
    (report) => new Map((report?.effects ?? []).map((effect) => [effect.policyId, effect] as const)),
  )
  const ids = [...new Set(sides.flatMap((side) => [...side.keys()]))]
  return ids.flatMap((id) => {
    const [was, is] = sides.map((side) => side.get(id))
    const [leftOut, refused] = [was?.leftOut ?? 0, was?.refused ?? 0]
    const [leftOutNow, refusedNow] = [is?.leftOut ?? 0, is?.refused ?? 0]
    if (leftOut === leftOutNow && refused === refusedNow) return []
    return [
      `"${(is ?? was)?.policyName}" left out ${counted(leftOut, 'entitlement')} and refused ${counted(refused, 'group')}, then ${leftOutNow} and ${refusedNow}`,
    ]
  })
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

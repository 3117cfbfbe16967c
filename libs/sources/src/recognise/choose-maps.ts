import type { Source, SourcePart } from '../compose/source.ts'
import type { Fault } from '../faults.ts'
import type { AccessMap, Input } from '../map/map.ts'
import type { Part, RowBatch } from '../read/part.ts'
import { tablesOf } from '../read/record-tables.ts'
import { fileColumn, sourceName } from '../row.ts'
import { type Fit, fitOf, namedScore } from './match-part.ts'
import { peopleFirst } from './people-first.ts'

/** A part that no map takes, with the nearest maps. */
interface Unmapped {
  readonly part: Part
  readonly nearest: readonly Nearest[]
}

interface Nearest {
  readonly map: string
  readonly input: string
  readonly missing: readonly string[]
}

export interface Choice {
  /** The parts for which maps were chosen; for a document that is read as tables, the tables. */
  readonly parts: readonly Part[]
  readonly sources: readonly Source<RowBatch>[]
  readonly unmapped: readonly Unmapped[]
  readonly faults: readonly Fault[]
}

/** The map of the CSV files of an import. */
const ownFiles = 'native'

/**
 * Assigns each part to the map whose signature it fits best, and combines the parts of one map as a source. A document that no map
 * takes is tried as the tables of its lists.
 * @param deliveries the place, in the user's command, of the path that contains each part
 */
export function chooseMaps(
  all: readonly Part[],
  maps: readonly AccessMap[],
  deliveries: ReadonlyMap<Part, number>,
): Choice {
  const deliveryOf = new Map(deliveries)
  const within = (part: Part, outer: Part) => {
    deliveryOf.set(part, deliveryOf.get(outer) ?? 0)
    return part
  }
  const parts = all.map((part) => within(tableOfProduct(part, maps) ?? part, part))
  const choice = inOrder(chooseOnce(parts, maps), deliveryOf)
  const tables = new Map(choice.unmapped.map(({ part }) => [part, tablesOf(part).map((own) => within(own, part))]))
  if ([...tables.values()].every((own) => own.length === 0)) return choice
  const again = inOrder(
    chooseOnce(
      parts.flatMap((part) => {
        const own = tables.get(part) ?? []
        return own.length === 0 ? [part] : own
      }),
      maps,
    ),
    deliveryOf,
  )
  const taken = new Set(again.sources.flatMap((source) => source.parts.map(({ part }) => part)))
  const documents = [...tables].filter(([, own]) => own.length > 0 && !own.some((table) => taken.has(table)))
  const ofDocuments = new Set(documents.flatMap(([, own]) => own))
  return {
    ...again,
    parts: parts.flatMap((part) => {
      const own = tables.get(part) ?? []
      return own.some((table) => taken.has(table)) ? own : [part]
    }),
    unmapped: [
      ...choice.unmapped.filter(({ part }) => documents.some(([document]) => document === part)),
      ...again.unmapped.filter(({ part }) => !ofDocuments.has(part)),
    ],
  }
}

/** The table of a matrix within one, when a map of a product knows its columns. */
function tableOfProduct({ otherwise }: Part, maps: readonly AccessMap[]): Part | undefined {
  if (otherwise === undefined) return undefined
  const isKnown = maps.some(
    (map) => !map.isGeneric && map.inputs.some((input) => fitOf(otherwise, map, input)?.missing.length === 0),
  )
  return isKnown ? otherwise : undefined
}

/**
 * Sorts the sources as the user named them, since the first one with a value wins. Files in the form of an import come first, and tables of
 * people come first among files that the user did not name one by one.
 */
function inOrder(choice: Choice, deliveryOf: ReadonlyMap<Part, number>): Choice {
  const sources = peopleFirst(choice.sources, (part) => deliveryOf.get(part) ?? 0)
  return {
    ...choice,
    sources: sources.toSorted((one, other) => Number(other.name === ownFiles) - Number(one.name === ownFiles)),
  }
}

function chooseOnce(parts: readonly Part[], maps: readonly AccessMap[]): Choice {
  const taken = new Map<AccessMap, SourcePart<RowBatch>[]>()
  const unmapped: Unmapped[] = []
  const faults: Fault[] = []
  const possible = possibleInputs(parts, maps)
  for (const part of parts) {
    const near = maps
      .flatMap((map) => map.inputs.map((input) => fitOf(part, map, input)))
      .filter((fit) => fit !== undefined)
    const fits = near.filter(({ map, input }) => isBeside(part, input, possible.get(map)))
    const fitting = fits.filter(({ map, missing, score }) => missing.length === 0 && (score > 0 || map.isGiven))
    const isKnown = fitting.some(({ map }) => !map.isGeneric)
    const whole = fitting.filter(({ map }) => !(isKnown && map.isGeneric))
    const best = Math.max(...whole.map(({ score }) => score))
    const chosen = [...new Set(whole.filter(({ score }) => score === best).map(({ map }) => map))]
    const own = chosen.find(({ name }) => name === ownFiles)
    const [map, other] = own === undefined ? chosen : [own]
    if (map === undefined) {
      unmapped.push({ part, nearest: nearestOf(near.filter(({ missing }) => missing.length > 0)) })
    } else if (other !== undefined) {
      const reason = `fits the maps ${chosen.map(({ name }) => name).join(' and ')}; name one with --map`
      faults.push({ file: part.name, at: 0, column: '', reason })
    } else {
      const inputs = inputsOf(
        part,
        whole.filter((fit) => fit.map === map),
      )
      taken.set(map, [...(taken.get(map) ?? []), { part, inputs }])
    }
  }
  const sources = [...taken].map(([map, own]) => ({ name: map.name, map, parts: own }))
  for (const source of sources) faults.push(...missingInputs(source), ...equalNames(source))
  return { parts, sources, unmapped, faults }
}

type Possible = ReadonlyMap<string, ReadonlySet<Part>>

/** The parts that fit each input of the maps with inputs that need others. */
function possibleInputs(parts: readonly Part[], maps: readonly AccessMap[]): ReadonlyMap<AccessMap, Possible> {
  const joining = maps.filter(({ inputs }) => inputs.some(({ needs }) => needs.length > 0))
  return new Map(
    joining.map((map) => [
      map,
      new Map(
        map.inputs.map((input) => [
          input.name,
          new Set(parts.filter((part) => fitOf(part, map, input)?.missing.length === 0)),
        ]),
      ),
    ]),
  )
}

/** Whether another part exists that an input needs, such as the table that joins users and roles. */
function isBeside(part: Part, { needs }: Input, possible: Possible | undefined): boolean {
  return needs.length === 0 || needs.some((name) => [...(possible?.get(name) ?? [])].some((beside) => beside !== part))
}

/** A table is one input, the one that it fits best; a document is every input whose records it has. */
function inputsOf(part: Part, fits: readonly Fit[]): SourcePart['inputs'] {
  const sorted = fits.toSorted((one, other) => other.score - one.score).map(({ input }) => input)
  return part.skeleton === undefined ? sorted.slice(0, 1) : sorted
}

function missingInputs({ map, parts }: Source): Fault[] {
  const there = new Set(parts.flatMap(({ inputs }) => inputs.map(({ name }) => name)))
  return map.inputs
    .filter(({ name, optional }) => !optional && !there.has(name))
    .map((input) => ({
      file: parts[0]?.part.name ?? map.name,
      at: 0,
      column: '',
      reason: `is read by the map ${map.name}, which needs a file with ${input.columns.join(', ')} too ("${input.name}"); name both in one command`,
    }))
}

/** The faults of two files with one name, in folders of groups, when only the name says which group they belong to. */
function equalNames({ map, parts }: Source): Fault[] {
  const named = map.grants.filter(({ entitlement }) => entitlement.column === fileColumn).flatMap(({ from }) => from)
  const before = new Map<string, string>()
  return parts.flatMap(({ part, inputs }) => {
    if (!inputs.some(({ name }) => named.includes(name))) return []
    const name = sourceName(part.name)
    const other = before.get(name)
    if (other === undefined) before.set(name, part.name)
    if (other === undefined || other === part.name) return []
    const reason = `is called as ${other} is, and its name alone says of what its grants are; give both names of their own`
    return [{ file: part.name, at: 0, column: '', reason }]
  })
}

/** How near an input is, by its columns only. Maps of a product come first, since missing columns of a generic table say little. */
function nearness({ map, score: whole, missing }: Fit): number {
  const score = whole % namedScore
  return (score / (score + missing.length)) * (map.isGeneric ? 0.5 : 1)
}

function nearestOf(fits: readonly Fit[]): Nearest[] {
  return fits
    .filter(({ score }) => score % namedScore > 0)
    .toSorted((one, other) => nearness(other) - nearness(one) || other.score - one.score)
    .filter((fit, index, all) => all.findIndex(({ map }) => map === fit.map) === index)
    .slice(0, 2)
    .map(({ map, input, missing }) => ({ map: map.name, input: input.name, missing }))
}

import { attributeOf } from '../list-attributes.ts'

/** Separators of the values in a cell, the most common first. */
const separators = [';', '|', ',']

/** The share of the cells with a separator whose parts must also occur in other cells. */
const leastRecurring = 0.8
const fewestCells = 3

/**
 * Attributes that are not declared as lists but whose cells look like lists, as `projects[;] ("a;b")`: they contain a separator,
 * and other cells have nearly all of the parts too. Data alone never make an attribute a list.
 * @param values for each attribute its values, with the number of people that have them
 */
export function listProposals(values: ReadonlyMap<string, ReadonlyMap<string, number>>): string[] {
  const found: string[] = []
  for (const [name, counts] of values) {
    if (attributeOf(name) !== name) continue
    const separator = separators.find((each) => looksLikeLists([...counts.keys()], each))
    if (separator === undefined) continue
    const example = [...counts.keys()].find((cell) => cell.includes(separator))
    found.push(`${name}[${separator}] ("${example}")`)
  }
  return found
}

function looksLikeLists(cells: readonly string[], separator: string): boolean {
  const lists = cells.filter((cell) => cell.includes(separator))
  if (lists.length < fewestCells) return false
  const cellsWith = new Map<string, number>()
  for (const cell of cells) {
    for (const part of new Set(partsOf(cell, separator))) cellsWith.set(part, (cellsWith.get(part) ?? 0) + 1)
  }
  const recurring = lists.filter((cell) => partsOf(cell, separator).every((part) => (cellsWith.get(part) ?? 0) > 1))
  // "Surname, first name" and the levels of a path stay at their position.
  const places = new Map<string, number>()
  const moves = lists.some((cell) =>
    partsOf(cell, separator).some((part, place) => {
      const before = places.get(part) ?? place
      places.set(part, before)
      return before !== place
    }),
  )
  return moves && recurring.length >= leastRecurring * lists.length
}

function partsOf(cell: string, separator: string): string[] {
  return cell.split(separator).map((part) => part.trim().toLowerCase())
}

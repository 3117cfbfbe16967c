import { attributeOf } from '../list-attributes.ts'

/** Between the values of a cell, the commonest first. */
const separators = [';', '|', ',']

/** Of cells with a separator, this share must be made of parts that come again in other cells. */
const leastRecurring = 0.8
const fewestCells = 3

/**
 * Attributes that nobody declared as lists and whose cells look like some, as `projects[;] ("a;b")`: with a separator
 * between parts, nearly all of which other cells have too. Data alone never make a list.
 * @param values by the name of each attribute its values and how many people have them
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
  // "Surname, first name" and levels of a path stand always at their place.
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

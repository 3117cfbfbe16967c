import { mulberry32, type PlantedOrganisation } from './organisation-draft.ts'

/** The organisation with a share of all attribute values taken out: the roles are the same, and fewer people can be named. */
export function withBlankedAttributes(
  organisation: PlantedOrganisation,
  share: number,
  seed: number,
): PlantedOrganisation {
  // Another stream than the one that drew the organisation, which blanks would follow.
  const random = mulberry32(seed ^ 0x5bd1e995)
  const attributes = organisation.parts.attributes.map((attribute) => {
    const { column } = attribute
    if (column === undefined)
      throw new Error(`the organisation has a list, ${attribute.key}, and lists are not blanked`)
    return { ...attribute, column: column.map((value) => (random() < share ? -1 : value)) }
  })
  return { ...organisation, parts: { ...organisation.parts, attributes } }
}

import { mulberry32, type PlantedOrganisation } from './organisation-draft.ts'

/** The organisation with a share of all attribute values taken out: the roles are the same, and fewer people can be named. */
export function withBlankedAttributes(
  organisation: PlantedOrganisation,
  share: number,
  seed: number,
): PlantedOrganisation {
  const random = mulberry32(seed)
  const attributes = organisation.parts.attributes.map((attribute) => {
    const { column } = attribute
    if (column === undefined)
      throw new Error(`the organisation has a list, ${attribute.key}, and lists are not blanked`)
    return { ...attribute, column: column.map((value) => (random() < share ? -1 : value)) }
  })
  return { ...organisation, parts: { ...organisation.parts, attributes } }
}

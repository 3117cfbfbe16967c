import { listsFrom } from '@assay/mining'
import { mulberry32, type PlantedOrganisation, rowOf } from './organisation-draft.ts'

/** The organisation without a share of its attribute values: the roles are the same, and filters can name fewer people. */
export function withBlankedAttributes(
  organisation: PlantedOrganisation,
  share: number,
  seed: number,
): PlantedOrganisation {
  // Another random stream than that of the organisation; otherwise blanks would depend on its draws.
  const random = mulberry32(seed ^ 0x5bd1e995)
  const attributes = organisation.parts.attributes.map((attribute) => {
    const { key, values, column, lists } = attribute
    if (column !== undefined) return { key, values, column: column.map((value) => (random() < share ? -1 : value)) }
    const rows = Array.from(lists.offset.subarray(1), (_, person) =>
      rowOf(lists, person).filter(() => random() >= share),
    )
    return { key, values, lists: listsFrom(rows) }
  })
  return { ...organisation, parts: { ...organisation.parts, attributes } }
}

import { expect, test } from 'vitest'
import { bytesFile, load, shortGrant } from './testing-load.ts'

/** An export of a product: its files, the map that takes them, who has what, and which group is in which. */
interface ExportCase {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly map: string
  readonly grants: readonly string[]
  readonly memberships?: readonly string[]
  readonly people?: Readonly<Record<string, readonly string[]>>
  /** Tables that no map takes. */
  readonly mayHaveOthers?: boolean
}

/** Makes a test of each export, by its name. */
export function testExports(cases: Readonly<Record<string, ExportCase>>): void {
  test.each(Object.entries(cases))('%s', async (_, { files, map, grants, memberships = [], people, mayHaveOthers }) => {
    const loaded = await load(Object.entries(files).map(([name, text]) => bytesFile(name, text)))
    expect(loaded).toMatchObject({ faults: [], orphans: [], others: [], memberships })
    if (mayHaveOthers !== true) expect(loaded.unmapped).toEqual([])
    expect(Object.keys(loaded.sources)).toEqual([map])
    expect([...new Set(loaded.grants.map(shortGrant))].sort()).toEqual(grants)
    if (people !== undefined) expect(loaded.people).toEqual(people)
  })
}

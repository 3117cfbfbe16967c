import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importsOfShipped, roomOf, root, shipped } from './modules.ts'
import { owners } from './table-owners.ts'

/** The packages of this repository that each package imports. */
const imports = new Map<string, Set<string>>(
  shipped.map((path) => {
    const name = path.replace(/^libs\//, '')
    const rooms = importsOfShipped(path).map(({ specifier }) => roomOf(specifier))
    return [name, new Set(rooms.filter((room) => room !== undefined && room !== name))] as [string, Set<string>]
  }),
)

/** All packages that a package imports directly or indirectly. */
function reached(from: string, seen = new Set<string>()): Set<string> {
  for (const room of imports.get(from) ?? []) {
    if (seen.has(room)) continue
    seen.add(room)
    reached(room, seen)
  }
  return seen
}

/** The imports without those that another import also reaches. */
function arrows(): string[] {
  return [...imports.keys()].toSorted().flatMap((from) => {
    const direct = [...(imports.get(from) ?? [])].toSorted()
    return direct
      .filter((room) => !direct.some((other) => other !== room && reached(other).has(room)))
      .map((room) => `  ${from} --> ${room}`)
  })
}

const tables = Object.entries(owners).map(
  ([room, names]) => `| \`libs/${room}\` | ${names.map((name) => `\`${name}\``).join(', ')} |`,
)

const page = `# Rooms

\`test/architecture\` writes this page from the imports and the SQL of the sources. [architecture.md](architecture.md) describes each room.
After an intended change, run \`npx vitest run test/architecture -u\`.

## Imports

An arrow is an import. A direct import is left out when other arrows also lead to its target.

\`\`\`mermaid
flowchart TB
${arrows().join('\n')}
\`\`\`

## Tables and functions of the schema

The SQL of a room names only its own tables. For tables of another room it calls that room.

| room | owns |
|---|---|
${tables.join('\n')}
`

test('docs/rooms.md shows the present imports and owners of tables', async () => {
  await expect(page).toMatchFileSnapshot(join(root, 'docs/rooms.md'))
})

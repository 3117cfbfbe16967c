import { join } from 'node:path'
import { type Access, hasRight, rights, roles } from '@assay/auth'
import { expect, test } from 'vitest'
import { allDialects } from './all-dialects.ts'
import type { CallAccess } from './call-access.ts'
import { internalAccess, publicAccess } from './dialect-tables.ts'
import { internalCalls } from './platform/internal.ts'
import { openCalls, openConsolePaths, openPlatformPaths } from './platform/open.ts'
import { sailpoint } from './sailpoint/sailpoint.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const code = (text: string) => `\`${text}\``

function scopesOf(access: Access): string {
  return access === 'everyone' ? '' : (access.scopes ?? []).map(code).join(', ')
}

function rightOf(access: Access): string {
  if (access === 'everyone') return ''
  return `${access.right ?? 'every role'}${access.byTools === true ? '; `decide-by-tool` by MCP' : ''}`
}

function readersOf(access: Access): string {
  if (access === 'everyone' || access.readers === undefined) return ''
  return typeof access.readers === 'string' ? access.readers : `refused: ${access.readers.refused}`
}

function callsTable(calls: readonly CallAccess[], accessOf = publicAccess): string {
  const services = Map.groupBy(calls, ({ method }) => method.parent)
  return [...services]
    .map(([service, own]) => {
      const rows = own.map(({ method }) => {
        const access = accessOf(method) ?? {}
        return [method.name, rightOf(access), scopesOf(access), readersOf(access)]
      })
      return `### ${code(service.typeName)}\n\n${table(['call', 'right of the role', 'one of these scopes', 'bounded readers'], rows)}`
    })
    .join('\n\n')
}

const { scopes } = sailpoint.clients

const document = `# Access

This page shows who may make which call. A test writes it from the table of access in \`libs/dialects\` and fails when they differ
(\`npx vitest run libs/dialects -u\` writes the page again).

Assay allows a call when the **role** of the API client has the right that the call needs. A client of the dialect \`sailpoint\`
also needs one of the **scopes** of the call. Assay refuses all other calls: without a valid token with UNAUTHENTICATED (401),
otherwise with PERMISSION_DENIED (403) and the reason \`MISSING_RIGHT\`, \`MISSING_SCOPE\` or \`BOUNDED_READER\`.

The gateway checks this before it reads the body of a call. The service behind it checks again: the internal token has
the client's dialect, role, scopes and reader scope. A server with a call that is missing in the table does not start.

## Roles

${table(
  ['role', ...rights],
  roles.map((role) => [code(role), ...rights.map((right) => (hasRight(role, right) ? 'yes' : ''))]),
)}

People have the first four roles; \`agent\` is only for API clients. Its right \`decide-by-tool\` allows no call by itself. It allows the
calls that are marked below when a tool of MCP makes them. A tool that decides or sets a policy first shows a preview. It makes the
change when the agent sends back the hash of the preview ([mcp.md](mcp.md)). No other role has this right, so people and other clients
cannot decide through MCP.

## Scopes

- Clients of ConductorOne's dialect have no scopes. Only their role counts, for the calls of every API.
- Clients of SailPoint's dialect can have these scopes: ${scopes.known.map(code).join(', ')} (\`clients create --scopes\`). A client that
  was created without \`--scopes\` has \`${scopes.unlimited}\`.
- \`${scopes.unlimited}\` allows every call, within the role. \`sp:scopes:default\` allows only the list of public identities.
- The calls of ConductorOne's and Assay's APIs need \`${scopes.unlimited}\`.

## Bounded readers

A client with a reader scope (\`assay clients scope\`) sees only some people ([security.md](security.md#readers-who-see-some-people-only)).
The last column says how a call answers such a client:

- **bounded**: as if the tenant had only the people and applications of the scope. Ids of anything else are NOT_FOUND.
- **unaffected**: the same as any other client, because the response contains no people.
- **refused**: PERMISSION_DENIED with the reason \`BOUNDED_READER\` and an explanation.

${allDialects
  .map(({ title, services }) => [title, services.flatMap(({ calls }) => calls)] as const)
  .map(([title, calls]) => `## Calls of ${title}'s API\n\n${callsTable(calls)}`)
  .join('\n\n')}

## Calls between our own processes

The public port does not serve these calls. They need an internal token, which represents the caller of the public call or the
process itself.

${callsTable(internalCalls, internalAccess)}

## Open to everybody

These calls need no token.

${[
  ...openCalls.map(({ method }) => `- ${code(`${method.parent.typeName}.${method.name}`)}`),
  ...[
    ...openPlatformPaths,
    ...openConsolePaths,
    ...allDialects.flatMap(({ endpoints }) => endpoints.map(({ path }) => path)),
  ].map((path) => `- ${code(path)}`),
].join('\n')}
`

test('docs/access.md says what the table of access says', async () => {
  await expect(document).toMatchFileSnapshot(join(import.meta.dirname, '../../../docs/access.md'))
})

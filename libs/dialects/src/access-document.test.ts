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

Who may make which call. This page is written from the table of access in \`libs/dialects\`; a test fails when they differ
(\`npx vitest run libs/dialects -u\` writes the page again).

A call is allowed when the **role** of the API client has the right that the call needs, and, for a client of the dialect
\`sailpoint\`, when the client has one of the **scopes** that open the call. Everything else is refused:
UNAUTHENTICATED (401) without a valid token, PERMISSION_DENIED (403) with the reason \`MISSING_RIGHT\`, \`MISSING_SCOPE\` or \`BOUNDED_READER\`.

The gateway decides before it reads the body of a call, and the service behind it decides again: its internal token carries
the client's dialect, role, scopes and reader scope. A server that serves a call without an entry in the table does not start.

## Roles

${table(
  ['role', ...rights],
  roles.map((role) => [code(role), ...rights.map((right) => (hasRight(role, right) ? 'yes' : ''))]),
)}

People have the first four roles; \`agent\` is only for API clients. Its right \`decide-by-tool\` opens no call by itself. It opens the
calls that are marked below when a tool of MCP makes them. A tool that decides or sets a policy first shows what it would do, and does
it when the agent sends back the hash of what it was shown ([mcp.md](mcp.md)). No other role has this right: a person or client that may
decide elsewhere decides nothing by MCP.

## Scopes

- Clients of ConductorOne's dialect have no scopes. Their role alone decides, for the calls of every API.
- Clients of SailPoint's dialect can be made with ${scopes.known.map(code).join(', ')} (\`clients create --scopes\`). A client that
  was made without \`--scopes\` has \`${scopes.unlimited}\`.
- \`${scopes.unlimited}\` opens every call, within the role. \`sp:scopes:default\` opens the list of public identities alone.
- The calls of ConductorOne's and Assay's APIs need \`${scopes.unlimited}\`.

## Bounded readers

A client that \`assay clients scope\` has bound to a reader scope sees some people only ([security.md](security.md#readers-who-see-some-people-only)).
The last column says what a call is to it:

- **bounded**: it answers as a tenant would that holds only the people, and the applications, of the scope. Ids of anything else
  are NOT_FOUND.
- **unaffected**: it says nothing of people, and answers as ever.
- **refused**: PERMISSION_DENIED with the reason \`BOUNDED_READER\` and why.

${allDialects
  .map(({ title, services }) => [title, services.flatMap(({ calls }) => calls)] as const)
  .map(([title, calls]) => `## Calls of ${title}'s API\n\n${callsTable(calls)}`)
  .join('\n\n')}

## Calls between our own processes

The public port does not serve them. They need an internal token, which stands for the caller of the public call or for the
process itself.

${callsTable(internalCalls, internalAccess)}

## Open to everybody

No token is asked for these.

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

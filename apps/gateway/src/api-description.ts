import { describedFiles } from '@assay/contracts/described-files'
import type { ApiDialect } from '@assay/dialects'
import { openApiDocument, type RouteInfo } from '@assay/transcoding'
import gateway from '../package.json' with { type: 'json' }

/**
 * The OpenAPI document of the public calls, made from the served routes, the comments of their protos, and the description of each dialect.
 *
 * @param dialects in the order of the mounts
 */
export function describeApi(
  routes: readonly RouteInfo[],
  dialects: readonly ApiDialect[],
): ReturnType<typeof openApiDocument> {
  const descriptions = dialects.map(({ description }) => description)
  const tokens = descriptions.flatMap((description) => description.tokens ?? [])
  return openApiDocument(routes, {
    info: {
      title: 'Assay',
      version: gateway.version,
      summary: 'Role mining: from who holds what to roles worth having',
      description: description(dialects),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    files: describedFiles(),
    // OAuth's client credentials are described in words only: a form generated from a scheme would send id and secret by HTTP Basic, which
    // separates them by a colon, and both contain colons.
    security: [{ bearerAuth: [] }],
    securitySchemes: {
      bearerAuth: {
        type: 'http',
        scheme: 'bearer',
        description: ['An access token.', ...tokens].join(' '),
      },
    },
    mounts: descriptions,
    isOpenEnum: (desc) => descriptions.some(({ isOpenEnum }) => isOpenEnum?.(desc)),
    isClosed: (desc) => descriptions.some(({ isClosed }) => isClosed?.(desc)),
    limitsOf: (field) => descriptions.map(({ limitsOf }) => limitsOf?.(field)).find((limits) => limits !== undefined),
    finiteNumbers: true,
  })
}

function description(dialects: readonly ApiDialect[]): string {
  const titles = (unknown: 'ignore' | 'refuse') =>
    dialects.filter(({ rest }) => rest.unknownMembers === unknown).map(({ title }) => `${title}'s`)
  const notes = dialects.flatMap(({ description }) => description.notes ?? []).map((note) => `- ${note}\n`)
  return `The same calls answer gRPC, gRPC-Web and Connect under their full names, on the same port.

- Absent members and zero values mean the same, but for members that say otherwise; answers hold \`null\` only where a schema has it.
- 64-bit integers are strings. Times are RFC 3339, durations seconds such as \`3.5s\`.
- Parameters and members may be named in camel case or as in the proto.
- A parameter given twice and a value of a wrong type are refused with every one of them named.
- Unknown parameters of a query and unknown members of a body are refused in ${titles('refuse').join(' and ')} calls, and ignored in
  ${titles('ignore').join(' and ')} calls, whose clients may be newer than this server.
- What schemas cannot say is refused as well: page tokens that no list gave out, the grammar of filters, sorters, criteria and rules, names of
  things that do not exist, and the character U+0000 in any text.
${notes.join('')}- Every GET answers HEAD as well. \`Connect-Timeout-Ms\` and \`X-Server-Timeout\` (seconds) set a deadline.
`
}

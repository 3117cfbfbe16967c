import { describedFiles } from '@assay/contracts/described-files'
import { openApiDocument, type RouteInfo } from '@assay/transcoding'
import gateway from '../package.json' with { type: 'json' }
import { errorDescription } from './sailpoint/error-document.ts'
import { oauthTokenPath } from './sailpoint/oauth-endpoints.ts'
import { tokenPath } from './token-endpoint.ts'

/** The OpenAPI document of the public calls: made from the routes that are served, and the comments of their protos. */
export function describeApi(routes: readonly RouteInfo[]): ReturnType<typeof openApiDocument> {
  return openApiDocument(routes, {
    info: {
      title: 'Assay',
      version: gateway.version,
      summary: 'Role mining: from who holds what to roles worth having',
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    files: describedFiles(),
    // OAuth's client credentials are described in words only: a form made from them would send id and secret by HTTP Basic, where
    // the colons that both of them hold cannot be told from the one between them.
    security: [{ bearerAuth: [] }],
    securitySchemes: {
      bearerAuth: {
        type: 'http',
        scheme: 'bearer',
        description: `An access token. \`POST ${tokenPath}\` gives one for an hour: a form with \`grant_type=client_credentials\`, \`client_id\` and \`client_secret\`. Clients made for SailPoint's API ask \`POST ${oauthTokenPath}\` instead, whose tokens last for 12 hours.`,
      },
    },
    mounts: [
      // ConductorOne spells parameters in snake case and members in camel case, and calls its enums open.
      { parameterNames: 'proto' },
      {},
      { error: errorDescription },
    ],
    isOpenEnum: ({ typeName }) => typeName.startsWith('c1.'),
    finiteNumbers: true,
  })
}

const description = `The same calls answer gRPC, gRPC-Web and Connect under their full names, on the same port.

- Absent members and zero values mean the same, but for members that say otherwise; answers never hold \`null\`.
- 64-bit integers are strings. Times are RFC 3339, durations seconds such as \`3.5s\`.
- Parameters and members may be named in camel case or as in the proto.
- A parameter given twice and a value of a wrong type are refused with every one of them named.
- Unknown parameters of a query and unknown members of a body are refused in Assay's own calls, and ignored under \`/api/v1/\` and in
  SailPoint's calls, whose clients may be newer than this server.
- SailPoint's calls need the header \`X-SailPoint-Experimental: true\` but for those under
  \`/beta\`. A client that calls too often is answered 429 with \`Retry-After\`.
- Every GET answers HEAD as well. \`Connect-Timeout-Ms\` and \`X-Server-Timeout\` (seconds) set a deadline.
`

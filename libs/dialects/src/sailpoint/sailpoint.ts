import { integer } from '@assay/server'
import type { ApiDialect } from '../api-dialect.ts'
import { renamedFields } from '../renamed-fields.ts'
import { services } from './access.ts'
import { clients } from './clients.ts'
import { errorDescription, sailpointErrors } from './error-document.ts'
import { limitsOf } from './field-limits.ts'
import { rangeOf } from './field-ranges.ts'
import { oauthInfoEndpoint, oauthInfoPath, oauthTokenPath, sailpointTokenEndpoint } from './oauth-endpoints.ts'
import { headersOf, requireExperimentalHeader, versions } from './versions.ts'

/** SailPoint's IAI role mining API, and neighbours of it that scripts call. */
export const sailpoint = {
  title: 'SailPoint',
  services,
  clients,
  endpoints: [
    { path: oauthTokenPath, serve: sailpointTokenEndpoint },
    { path: oauthInfoPath, serve: oauthInfoEndpoint },
  ],
  rest: {
    unknownMembers: 'ignore',
    describeField: rangeOf,
    // SailPoint's Python client compares the name with regard to case.
    fieldSpellings: ['X-Total-Count'],
    renderError: sailpointErrors,
    versions,
    admit: requireExperimentalHeader,
  },
  // Contract section 4.5. The rpc calls have the messages of the `/v1` paths, so they count together. A refusal has
  // `retry-after` among its headers; over gRPC, among its trailers.
  limit: {
    setting: integer('ASSAY_SAILPOINT_RATE_LIMIT', { default: 100, min: 0, max: 1_000_000 }),
    windowSeconds: 10,
    rpcVersion: 'v1',
  },
  fieldName: renamedFields({
    min_entitlement_popularity: 'min-entitlement-popularity',
    owner_id: 'ownerId',
  }),
  description: {
    error: errorDescription,
    limitsOf,
    headersOf,
    tokens: `Clients made for SailPoint's API ask \`POST ${oauthTokenPath}\` instead, whose tokens last for 12 hours.`,
    notes: [
      "SailPoint's experimental calls, which are those of role mining, need the header `X-SailPoint-Experimental: true` but for those\n  under `/beta`. A client that calls too often is answered 429 with `Retry-After`.",
    ],
  },
} satisfies ApiDialect

import type { ApiDialect } from '../api-dialect.ts'
import { renamedFields } from '../renamed-fields.ts'
import { services } from './access.ts'
import { clients } from './clients.ts'
import { limitsOf } from './field-limits.ts'
import { published } from './published-calls.ts'
import { tokenEndpoint, tokenPath } from './token-endpoint.ts'

/** Searches of this package have no conditions that later clients could know and we do not. */
const ofRoleMining = /^c1\.api\.role_mining/

/** ConductorOne's role mining API, and neighbours of it that its clients call. */
export const conductorone = {
  title: 'ConductorOne',
  services,
  clients,
  endpoints: [{ path: tokenPath, serve: tokenEndpoint }],
  rest: {
    unknownMembers: 'ignore',
    refusesUnknownOf: ({ name, parent }) => name.startsWith('Search') && !ofRoleMining.test(parent.typeName),
    published,
    // An attribute is a column of the customer's file, and its name may contain slashes; some clients do not escape them.
    variablesWithSlashes: ['attribute'],
  },
  fieldName: renamedFields({
    application_ids: 'resource_scope.app_ids',
    cohort_filters: 'profile_filters',
    profile_id: 'created_catalog_id',
  }),
  description: {
    // Parameters are in snake case and members in camel case; enums are open.
    parameterNames: 'proto',
    limitsOf,
    isOpenEnum: ({ typeName }) => typeName.startsWith('c1.'),
    notes: [
      'Searches under `/api/v1/search` that are not about role mining refuse members that they do not know: the answer would look filtered.',
    ],
    tokens: `\`POST ${tokenPath}\` gives one for an hour: a form with \`grant_type=client_credentials\`, \`client_id\` and \`client_secret\`.`,
  },
} satisfies ApiDialect

import { type Compatibility, described, type Evidence, Held } from '../compatibility/held.ts'
import { calls } from './calls.ts'
import { neighboursSection } from './neighbours-section.ts'
import { notHeld } from './not-held.ts'

const rules = Array.from({ length: 20 }, (_, i) => `W${i + 1}`)
const questions = Array.from({ length: 12 }, (_, i) => `Q${i + 1}`)

const introduction = `# Compatibility with ConductorOne's role mining API

This page lists every part of the published API, with a test on the running platform, or the reason why there is none. A test
covers a field when the field had another value than its default in the test; it covers a value of an enum when the value was sent
or received. The tests are those of \`test/c1\`. Their run writes this page and compares it: \`npx vitest run test/c1 -u\`.
The protos document the meaning of a field. \`libs/contracts/src/c1-messages.test.ts\` and \`c1-enums.test.ts\` check that names and
types are the published ones. SailPoint's API has a separate page: [compatibility-sailpoint.md](compatibility-sailpoint.md).

## Beyond the published shape

- \`ListRuns\`, \`ListSuggestions\` and \`ListCustomAnalysisResults\` are published without parameters, so no SDK can page them.
  They return up to 100 items; \`page_size\` and \`page_token\` work as in other lists.
- Assay ignores unknown query parameters on C1's paths, and unknown members of a body. Searches that are not about role mining refuse unknown members, because their results would look filtered.
- Several slashes at the beginning of a path count as one, in every dialect: clients whose base URL ends with a slash send
  \`//auth/v1/token\`.
- In a path, the name of an attribute may have slashes escaped (\`%2F\`) or unescaped.
- The searches for users, applications, entitlements, grants, accounts, resources and attribute values support every condition whose
  name is published. Assay's imports have no policies, delegates, directories, connectors and traits: a condition on these matches
  nothing, and excluding one excludes nothing.

## Around the directory

| calls | answer |
|---|---|
| users: list, get, search, introspect | identities of imports; \`introspect\` is NOT_FOUND for a client without an identity |
| apps: list, get, search | applications of the import in force, \`userCount\` by effective access, and the built-in application |
| entitlements: list, get, search, of a resource, of an account | entitlements of imports, \`grantCount\` by effective access, \`facets.count\` with the first page of a search; and memberships of access profiles |
| grants: search, users of an entitlement, grants of an identity, grants with their time | effective access: \`grantSources\` is empty for assigned access, and otherwise has the assigned groups that give it. \`createdAt\` is that of the import; without one, the time when the data came into force |
| accounts: list, search, of a user | accounts of sources. When an identity has access in an application but no account there, Assay derives one from the access, with the identity's id |
| kinds of resources, resources: list, get, search | derived from the entitlements that name them; an id is the name |
| attributes | the risk levels of entitlements: id and value are the text |
| owners, compliance frameworks, directories, platform roles, profile types | empty lists; a call by id is NOT_FOUND |
| every other published call | 501 with \`{"code": 12}\`: writes of apps, entitlements, resources, attributes and policies (they come only from imports), history of grants, graphs, connectors, webhooks, functions, vaults, administration |

- The **built-in application** \`assay-access-profiles\` has the name ConductorOne, as scripts expect. It has an entitlement for each
  access profile, with the profile's id, slug \`enrollment\` and purpose ASSIGNMENT. Its grants are the members. It is in no import, so
  it is not mined, not counted, and not in the lists of another API. It is last in lists, and first in a search for its name.
- \`expandMask\` takes \`app_id\`, \`app_resource_type_id\`, \`app_resource_id\` (entitlements, grants), \`app_id\`, \`identity_user_id\`
  (accounts), \`app_id\`, \`resource_type_id\` (resources) and \`*\`. Other paths expand nothing.
- When a later import deletes a record, its \`deletedAt\` is the time when the data in force came into force; the time of the deletion is not stored.
- These fields are never set, because imports do not contain them: \`deprovisionAt\`, \`expired\`, \`originatingTicketId\`, last use of accounts, policies and owners.
  A later generation of the search for resources has conditions on secrets, agents and owners; Assay does not support these names.
`

/** The page about the tests of a whole run. @param before the page before the run */
export function compatibility(evidence: readonly Evidence[], before: string): Compatibility {
  const held = new Held(evidence, /^[WQ]\d+(?= |$)/, notHeld, before)
  const { messages, enums } = described(calls.map(({ method }) => method))
  const sections = [
    held.section(
      'Calls',
      calls.map(({ name }) => name),
      (name) => `call ${name}`,
    ),
    held.section('Wire rules', rules),
    held.section('Open questions', questions),
    `## Messages and fields\n\n${held.messages(messages)}`,
    `## Values of enums\n\n${held.enums(enums)}`,
  ]
  return { page: `${introduction}\n${neighboursSection}\n${sections.join('\n')}`, faults: held.end() }
}

import { type Compatibility, described, type Evidence, Held } from '../compatibility/held.ts'
import { calls } from './calls.ts'
import { neighboursSection } from './neighbours-section.ts'
import { notHeld } from './not-held.ts'

const rules = Array.from({ length: 20 }, (_, i) => `W${i + 1}`)
const questions = Array.from({ length: 12 }, (_, i) => `Q${i + 1}`)

const introduction = `# Compatibility with ConductorOne's role mining API

Everything that the API's published shape consists of, with a test that holds it on the running platform, or the reason why none
does. A field counts as held by a test in which it said more than its default; a value of an enum, by one in which it was sent or
received. The tests are those of \`test/c1\`. The page is written by their run and compared with it: \`npx vitest run test/c1 -u\`.
What a field means is documented in the protos; that their names and types are the published ones is held by
\`libs/contracts/src/c1-messages.test.ts\` and \`c1-enums.test.ts\`. SailPoint's API has a page of its own:
[compatibility-sailpoint.md](compatibility-sailpoint.md).

## Beyond the published shape

- \`ListRuns\`, \`ListSuggestions\` and \`ListCustomAnalysisResults\` are published without parameters, so that no SDK can page them.
  They give up to 100 items; \`page_size\` and \`page_token\` work as elsewhere.
- Parameters of a query that Assay does not know are ignored on C1's paths, as unknown members of a body are. Searches that are not about role mining refuse unknown members: their answers would look filtered.
- Several slashes at the beginning of a path count as one, in every dialect: clients whose base URL ends with a slash send
  \`//auth/v1/token\`.
- An attribute whose name holds slashes is found in the path with each slash escaped (\`%2F\`) and with slashes as they are.
- The searches for users, applications, entitlements, grants, accounts, resources and attribute values know every condition whose
  name is published. What Assay's imports do not tell (policies, delegates, directories, connectors, traits) nothing has: such a
  condition finds nothing, and to leave it out leaves nothing out.

## Around the directory

| calls | answer |
|---|---|
| users: list, get, search, introspect | identities of imports; \`introspect\` is NOT_FOUND for a client that is bound to no identity |
| apps: list, get, search | applications of the import in force, \`userCount\` by effective access, and the built-in application |
| entitlements: list, get, search, of a resource, of an account | entitlements of imports, \`grantCount\` by effective access, \`facets.count\` with the first page of a search; and memberships of access profiles |
| grants: search, users of an entitlement, grants of an identity, grants with their time | effective access: \`grantSources\` is empty for what is assigned, else the assigned groups that give it. \`createdAt\` is that of the import, else the time when the data came into force |
| accounts: list, search, of a user | those that sources brought; in an application in which an identity has access and no such account, one follows from the access and has the identity's id |
| kinds of resources, resources: list, get, search | they follow from the entitlements that name them; an id is the name |
| attributes | the risk levels of entitlements: id and value are the text |
| owners, compliance frameworks, directories, platform roles, profile types | empty lists; one of them by id is NOT_FOUND |
| every other published call | 501 with \`{"code": 12}\`: writes of apps, entitlements, resources, attributes and policies (an import is the truth), history of grants, graphs, connectors, webhooks, functions, vaults, administration |

- The **built-in application** \`assay-access-profiles\`, named ConductorOne as scripts expect, has an entitlement for each access
  profile with the profile's id, slug \`enrollment\` and purpose ASSIGNMENT. Its grants are the members. It is in no import, so it is
  not mined, not counted, and in no list of another API. It stands last in lists, and first where its name is looked for.
- \`expandMask\` takes \`app_id\`, \`app_resource_type_id\`, \`app_resource_id\` (entitlements, grants), \`app_id\`, \`identity_user_id\`
  (accounts), \`app_id\`, \`resource_type_id\` (resources) and \`*\`. Other paths expand nothing.
- \`deletedAt\` of what a later import deleted is the time when the data in force came: when it was deleted is not kept.
- Never said, since imports do not tell: \`deprovisionAt\`, \`expired\`, \`originatingTicketId\`, last use of accounts, policies and owners.
  The conditions on secrets, agents and owners that a later generation of the search for resources has are not known by name.
`

/** What the tests of a whole run hold. @param before the page as it was */
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

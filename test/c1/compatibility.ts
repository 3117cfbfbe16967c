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
- Parameters of a query that Assay does not know are ignored on C1's paths, as unknown members of a body are.
- Several slashes at the beginning of a path count as one, in every dialect: clients whose base URL ends with a slash send
  \`//auth/v1/token\`.
- An attribute whose name holds slashes is found in the path with each slash escaped (\`%2F\`) and with slashes as they are.
- The searches for users, applications and entitlements know every published condition. What Assay's imports do not tell (policies,
  delegates, directories, connectors) nothing has: such a condition finds nothing, and to leave it out leaves nothing out.
  \`app_users\` are accounts: those that sources brought, by their ids; else an identity has one in each application in which it
  holds something, with its own id.
  \`expandMask\` is ignored, since no answer holds \`expanded\`.
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

import { RoleMiningService } from '@assay/contracts'
import { type Compatibility, described, type Evidence, Held } from '../compatibility/held.ts'
import { neighboursRolesSection } from './neighbours-roles-section.ts'
import { neighboursSection } from './neighbours-section.ts'
import { notHeld } from './not-held.ts'

const rules = Array.from({ length: 14 }, (_, i) => `rule ${i + 1}`)
const contradictions = Array.from({ length: 18 }, (_, i) => `contradiction ${i + 1}`)

const introduction = `# Compatibility with SailPoint's IAI role mining API

This page lists every part of the published API, with a test on the running platform, or the reason why there is none. A test
covers a field when the field had another value than its default in the test; it covers a value of an enum when the value was sent
or received. The tests are those of \`test/sailpoint\`: SailPoint's own client \`sailpoint-api-client\`, unmodified, and raw requests as the
Go and Python clients send them. Their run writes this page and compares it: \`npx vitest run test/sailpoint -u\`.
Rules are requirements of those clients. Contradictions are places where SailPoint's sources disagree. The names of the tests say
what Assay does. ConductorOne's API has a separate page: [compatibility.md](compatibility.md). [criteria.md](criteria.md) describes
search criteria.

Access tokens have the claims that SailPoint's command line and editors read: \`client_id\`, \`user_name\`, \`identity_id\`, \`org\`,
\`tenant_id\`, \`scope\`, \`exp\`. A client that acts for itself has its own id as \`identity_id\`.
`

/** The page about the tests of a whole run. @param before the page before the run */
export function compatibility(evidence: readonly Evidence[], before: string): Compatibility {
  const held = new Held(evidence, /^(?:rule|contradiction) \d+(?=:)/, notHeld, before)
  const { messages, enums } = described(RoleMiningService.methods)
  const decisions = evidence.filter(({ name }) => name.startsWith('decision: '))
  const sections = [
    held.section(
      'Calls',
      RoleMiningService.methods.map(({ name }) => name),
      (name) => `call ${name}`,
    ),
    neighboursSection,
    neighboursRolesSection,
    held.section('Rules', rules),
    held.section('Contradictions', contradictions),
    `## Decisions where the sources are silent\n\n${decisions.map(({ name }) => `- ${name.slice('decision: '.length)}`).join('\n')}\n`,
    `## Messages and fields\n\n${held.messages(messages)}`,
    `## Values of enums\n\n${held.enums(enums)}`,
  ]
  return { page: `${introduction}\n${sections.join('\n')}`, faults: held.end() }
}

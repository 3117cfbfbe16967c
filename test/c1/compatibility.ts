import type { DescEnum, DescMessage } from '@bufbuild/protobuf'
import { calls } from './calls.ts'
import { notHeld } from './not-held.ts'

/** A test that passed, and what of the contract it saw. */
export interface Evidence {
  readonly file: string
  readonly name: string
  readonly seen: readonly string[]
}

/** The page, and what keeps it from being right. */
export interface Compatibility {
  readonly page: string
  readonly faults: readonly string[]
}

const rules = Array.from({ length: 20 }, (_, i) => `W${i + 1}`)
const questions = Array.from({ length: 12 }, (_, i) => `Q${i + 1}`)

const introduction = `# Compatibility with ConductorOne's role mining API

Everything that the API's published shape consists of, with a test that holds it on the running platform, or the reason why none
does. A field counts as held by a test in which it said more than its default; a value of an enum, by one in which it was sent or
received. The tests are those of \`test/c1\`. The page is written by their run and compared with it: \`npx vitest run test/c1 -u\`.
What a field means is documented in the protos; that their names and types are the published ones is held by
\`libs/contracts/src/c1-messages.test.ts\` and \`c1-enums.test.ts\`.
`

/**
 * What the tests of a whole run hold. A test that the page named before, and that still holds what it was named for, stays.
 * @param before the page as it was
 */
export function compatibility(evidence: readonly Evidence[], before: string): Compatibility {
  const faults: string[] = []
  const reasons = new Map(notHeld.flatMap(([reason, items]) => items.map((item) => [item, reason] as const)))
  const holders = new Map<string, string[]>()
  for (const test of evidence) {
    const [prefix = ''] = test.name.split(' ')
    for (const item of /^[WQ]\d+$/.test(prefix) ? [...test.seen, prefix] : test.seen)
      holders.set(item, [...(holders.get(item) ?? []), `${test.file}: ${test.name}`])
  }
  const row = (item: string, shown: string) => {
    const reason = reasons.get(item)
    const held = holders.get(item) ?? []
    reasons.delete(item)
    if (held.length === 0 && reason === undefined) faults.push(`no test holds ${item}`)
    if (held.length > 0 && reason !== undefined) faults.push(`${item} is held now; take it out of not-held.ts`)
    const lines = held.map((one) => `| ${shown} | ${escaped(one)} |`)
    return (
      lines.find((line) => before.includes(`\n${line}\n`)) ?? lines[0] ?? `| ${shown} | not held: ${reason ?? '?'} |`
    )
  }
  const table = (rows: readonly string[]) => ['| what | held by |', '|---|---|', ...rows, ''].join('\n')
  const { messages, enums } = described()
  const sections = [
    `## Calls\n\n${table(calls.map(({ name }) => row(`call ${name}`, name)))}`,
    `## Wire rules\n\n${table(rules.map((rule) => row(rule, rule)))}`,
    `## Open questions\n\n${table(questions.map((question) => row(question, question)))}`,
    `## Messages and fields\n\n${messages
      .map((message) => {
        const fields = message.fields.map(({ jsonName }) =>
          row(`field ${message.typeName}.${jsonName}`, `\`${jsonName}\``),
        )
        return `### ${message.typeName}\n\n${table([row(`message ${message.typeName}`, 'the message'), ...fields])}`
      })
      .join('\n')}`,
    `## Values of enums\n\n${enums
      .map((type) => {
        const values = type.values.map(({ name }) => row(`value ${type.typeName}.${name}`, `\`${name}\``))
        return `### ${type.typeName}\n\n${table(values)}`
      })
      .join('\n')}`,
  ]
  for (const item of reasons.keys()) faults.push(`not-held.ts names ${item}, which the contract does not have`)
  return { page: `${introduction}\n${sections.join('\n')}`, faults }
}

/** The messages that the calls send and receive, with those within, and their enums; by name. */
function described(): { messages: DescMessage[]; enums: DescEnum[] } {
  const messages = new Map<string, DescMessage>()
  const enums = new Map<string, DescEnum>()
  const visit = (message: DescMessage) => {
    if (messages.has(message.typeName) || message.typeName.startsWith('google.')) return
    messages.set(message.typeName, message)
    for (const field of message.fields) {
      if (field.enum) enums.set(field.enum.typeName, field.enum)
      if (field.message) visit(field.message)
    }
  }
  for (const { method } of calls) for (const message of [method.input, method.output]) visit(message)
  const byName = <T extends { typeName: string }>(all: Map<string, T>) =>
    [...all.values()].sort((a, b) => (a.typeName < b.typeName ? -1 : 1))
  return { messages: byName(messages), enums: byName(enums) }
}

const escaped = (text: string) => text.replaceAll('|', '\\|').replaceAll(/[<>*_]/g, (sign) => `\\${sign}`)

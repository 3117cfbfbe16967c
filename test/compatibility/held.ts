import type { DescEnum, DescMessage, DescMethod } from '@bufbuild/protobuf'

/** A passed test, and the items of the contract that it showed. */
export interface Evidence {
  readonly file: string
  readonly name: string
  readonly seen: readonly string[]
}

/** The page, and its faults. */
export interface Compatibility {
  readonly page: string
  readonly faults: readonly string[]
}

/** Items that no test shows, by the reason. An item must leave this list when a test shows it. */
export type NotHeld = readonly (readonly [reason: string, items: readonly string[]])[]

/** Finds a test for each item of a contract. */
export class Held {
  readonly faults: string[] = []
  readonly #reasons: Map<string, string>
  readonly #holders = new Map<string, string[]>()
  readonly #tests = new Set<string>()
  readonly #before: ReadonlyMap<string, string>

  /**
   * @param numbered matches the beginning of the name of a test about one numbered item, such as `W7` or `rule 7`
   * @param before the page before this run. A test that it names for an item stays while the test exists and any test shows the item:
   *   the values that one test sees may depend on timing (a job that is queued or already running), and the page must not.
   */
  constructor(evidence: readonly Evidence[], numbered: RegExp, notHeld: NotHeld, before: string) {
    this.#before = rowsOf(before)
    this.#reasons = new Map(notHeld.flatMap(([reason, items]) => items.map((item) => [item, reason] as const)))
    for (const test of evidence) {
      this.#tests.add(escaped(`${test.file}: ${test.name}`))
      const item = numbered.exec(test.name)?.[0]
      for (const one of item === undefined ? test.seen : [...test.seen, item])
        this.#holders.set(one, [...(this.#holders.get(one) ?? []), `${test.file}: ${test.name}`])
    }
  }

  /** @param heading the heading above the row */
  row(heading: string, item: string, shown: string): string {
    const reason = this.#reasons.get(item)
    const holders = this.#holders.get(item) ?? []
    this.#reasons.delete(item)
    if (holders.length === 0 && reason === undefined) this.faults.push(`no test shows ${item}`)
    if (holders.length > 0 && reason !== undefined)
      this.faults.push(`${item} is tested now; remove it from not-held.ts`)
    const [first] = holders
    if (first === undefined) return `| ${shown} | not tested: ${reason ?? '?'} |`
    const named = this.#before.get(`${heading}\n${shown}`)
    return `| ${shown} | ${named !== undefined && this.#tests.has(named) ? named : escaped(first)} |`
  }

  /** A section of calls, rules or similar items. By default the name of an item is the shown text. */
  section(title: string, shown: readonly string[], item = (one: string) => one): string {
    const heading = `## ${title}`
    return `${heading}\n\n${table(shown.map((one) => this.row(heading, item(one), one)))}`
  }

  messages(messages: readonly DescMessage[]): string {
    return messages
      .map(({ typeName, fields }) => {
        const heading = `### ${typeName}`
        const rows = fields.map(({ jsonName }) => this.row(heading, `field ${typeName}.${jsonName}`, `\`${jsonName}\``))
        return `${heading}\n\n${table([this.row(heading, `message ${typeName}`, 'the message'), ...rows])}`
      })
      .join('\n')
  }

  enums(enums: readonly DescEnum[]): string {
    return enums
      .map(({ typeName, values }) => {
        const heading = `### ${typeName}`
        const rows = values.map(({ name }) => this.row(heading, `value ${typeName}.${name}`, `\`${name}\``))
        return `${heading}\n\n${table(rows)}`
      })
      .join('\n')
  }

  /** The faults, after all rows; also each reason for an item that the contract does not have. */
  end(): readonly string[] {
    for (const item of this.#reasons.keys())
      this.faults.push(`not-held.ts names ${item}, which the contract does not have`)
    return this.faults
  }
}

function table(rows: readonly string[]): string {
  return ['| what | tested by |', '|---|---|', ...rows, ''].join('\n')
}

/** The messages that calls send and receive, with their nested messages and enums; by name. */
export function described(methods: readonly DescMethod[]): { messages: DescMessage[]; enums: DescEnum[] } {
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
  for (const method of methods) for (const message of [method.input, method.output]) visit(message)
  const byName = <T extends { typeName: string }>(all: Map<string, T>) =>
    [...all.values()].sort((a, b) => (a.typeName < b.typeName ? -1 : 1))
  return { messages: byName(messages), enums: byName(enums) }
}

const escaped = (text: string) => text.replaceAll('|', '\\|').replaceAll(/[<>*_]/g, (sign) => `\\${sign}`)

/** The test that each row of a page names, by the heading and the shown item. */
function rowsOf(page: string): Map<string, string> {
  const rows = new Map<string, string>()
  let heading = ''
  for (const line of page.split('\n')) {
    if (line.startsWith('#')) heading = line
    const [, shown, holder] = /^\| (.+?) \| (.+) \|$/.exec(line) ?? []
    if (shown !== undefined && holder !== undefined) rows.set(`${heading}\n${shown}`, holder)
  }
  return rows
}

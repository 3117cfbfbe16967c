import type { Command } from 'commander'
import { type ApiClient, connectToPlatform } from '../../apps/assay/src/api-client.ts'
import { diffCommand } from '../../apps/assay/src/commands/changes.ts'
import { attributesCommand, residualCommand } from '../../apps/assay/src/commands/coverage.ts'
import { driftCommand } from '../../apps/assay/src/commands/drift.ts'
import { holdersCommand } from '../../apps/assay/src/commands/holders.ts'
import { impactCommand } from '../../apps/assay/src/commands/impact.ts'
import { ledgerCommand } from '../../apps/assay/src/commands/ledger.ts'
import { describeRun, mine } from '../../apps/assay/src/commands/mine.ts'
import { policiesCommand } from '../../apps/assay/src/commands/policies.ts'
import { readinessCommand } from '../../apps/assay/src/commands/readiness.ts'
import { settingsCommand } from '../../apps/assay/src/commands/settings-command.ts'
import { describeSuggestion, suggestions } from '../../apps/assay/src/commands/suggestions.ts'
import { whyCommand } from '../../apps/assay/src/commands/why.ts'
import { readSettings } from '../../apps/assay/src/settings.ts'

type Print = (line: string) => void

/** Made for each run, because a command would keep the options of the previous run. */
const commands: Readonly<Record<string, (print: Print) => Command>> = {
  readiness: readinessCommand,
  attributes: attributesCommand,
  settings: settingsCommand,
  impact: impactCommand,
  holders: holdersCommand,
  why: whyCommand,
  residual: (print) => residualCommand((text) => print(text.replace(/\n$/, ''))),
  policies: policiesCommand,
  diff: diffCommand,
  drift: driftCommand,
  ledger: (print) => ledgerCommand(print),
}

/** The everyday tasks of an analyst as a document: commands, and what they print on the platform of the environment. */
export class Transcript {
  readonly #api: ApiClient
  #text = ''
  readonly #ids = new Map<string, string>()
  readonly #imports = new Map<string, number>()

  private constructor(api: ApiClient) {
    this.#api = api
  }

  static async start(): Promise<Transcript> {
    return new Transcript(await connectToPlatform(readSettings()))
  }

  get api(): ApiClient {
    return this.#api
  }

  /** Replaces values that differ from run to run: ids and imports are numbered; times, spans of days and counts of the ledger are left out. */
  get text(): string {
    return (
      this.#text
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
          const known = this.#ids.get(id) ?? `id-${this.#ids.size + 1}`
          this.#ids.set(id, known)
          return known
        })
        .replace(/\bimport (\d+)\b/g, (_, id: string) => {
          const known = this.#imports.get(id) ?? this.#imports.size + 1
          this.#imports.set(id, known)
          return `import ${known}`
        })
        .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, 'TIME')
        .replaceAll(new Date().toISOString().slice(0, 10), 'TODAY')
        // The time between the data and today.
        .replace(/\b\d+ days\b/g, 'N days')
        .replace(
          /\d+ entries, \d+ signed heads?; the newest entry is \d+/g,
          'N entries, N signed heads; the newest entry is N',
        )
        .replace(/[^\s"]*@127\.0\.0\.1:\d+\/\w+/g, 'CLIENT')
    )
  }

  task(title: string, about: string): void {
    this.#text += `\n## ${title}\n\n${about}\n`
  }

  /** @param mostLines the maximum number of shown lines of the output */
  async run(words: readonly string[], mostLines = 12): Promise<void> {
    const lines: string[] = []
    // The last entries may not be linked yet.
    const print: Print = (line) => {
      if (!line.includes('wait for their seal')) lines.push(...line.split('\n'))
    }
    await this.#print(words, print)
    const shown = lines.slice(0, mostLines)
    const command = words.map((word) => (/[ ~]/.test(word) ? `'${word}'` : word)).join(' ')
    const output = [...shown, ...(lines.length > shown.length ? ['...'] : [])].map((line) => line.trimEnd())
    this.#text += `\n\`\`\`console\n$ assay ${command}\n${output.join('\n')}\n\`\`\`\n`
  }

  async #print([name, ...words]: readonly string[], print: Print): Promise<void> {
    if (name === 'mine') {
      for (const line of await describeRun(this.#api, await mine(this.#api))) print(line)
    } else if (name === 'suggestions') {
      let left = Number(words[1])
      for await (const one of suggestions(this.#api)) if (left-- > 0) print(`${describeSuggestion(one)}\n`)
    } else {
      const command = commands[name!]?.(print)
      if (command === undefined) throw new Error(`there is no command "${name}"`)
      await command.parseAsync(words, { from: 'user' })
    }
  }
}

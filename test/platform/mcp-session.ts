import type { Client } from '@modelcontextprotocol/client'
import { ask, type Document, tryAsk } from './testing-mcp-client.ts'

/** The calls of an agent and the responses, as a document. */
export class McpSession {
  readonly #client: Client
  #text =
    '# A session of an agent\n\nWritten by `test/platform/mcp.test.ts` from what the platform answers ([mcp.md](mcp.md)). Ids are numbered, times and hashes left out.\n'
  readonly #ids = new Map<string, string>()

  constructor(client: Client) {
    this.#client = client
  }

  say(sentence: string): void {
    this.#text += `\n${sentence}\n`
  }

  async ask(tool: string, given: Document = {}): Promise<Document> {
    const { document, error } = await tryAsk(this.#client, tool, given)
    this.#text += `\n**${tool}**\n\n${block(given)}\n\n${block(document ?? { error })}\n`
    return document ?? {}
  }

  /** The members that are left out. */
  quietly(tool: string, given: Document): Promise<Document> {
    return ask(this.#client, tool, given)
  }

  /** Removes values that differ from run to run. */
  get text(): string {
    return (
      this.#text
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
          const known = this.#ids.get(id) ?? `id-${this.#ids.size + 1}`
          this.#ids.set(id, known)
          return known
        })
        .replace(/"(importId|previewHash|updateTime|nextCursor)": "[^"]*"/g, '"$1": "..."')
        // The usage always ends this number of days before the run.
        .replace(/("kind": "days_without_usage",\s+"count": )\d+/, '$1"..."')
    )
  }
}

function block(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``
}

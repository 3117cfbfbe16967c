import { cases } from './cases.ts'
import { ruleCases } from './rule-cases.ts'
import { socketCases } from './socket-cases.ts'
import { templateCases } from './template-cases.ts'

const chapters: Readonly<Record<string, string>> = {
  TP: 'Templates and rules, when the transcoder is made',
  TM: 'Which route a path reaches',
  TD: 'What the escapes of a path mean',
  TQ: 'Parameters of the query',
  TB: 'Bodies',
  TR: 'Answers',
  TH: 'Raw bytes and streams',
  TE: 'Errors, deadlines, mounts',
}

const introduction = `# Conformance of the transcoder

Every case of \`libs/transcoding\` with its id, which stays the same for good. The cases are data under
\`libs/transcoding/src/conformance\`. Those of one request and one answer run over HTTP/1.1 and over HTTP/2 without TLS against
handlers in the same process, and over HTTP/1.1 against the same handlers behind gRPC (but for TE06.1, where that service
answers in words of its own). This page is written by the suite itself: \`npx vitest run libs/transcoding -u\`.
`

/** The page that lists every case with one line. */
export function caseList(): string {
  const lines = [
    ...templateCases.map(({ id, template, ...rest }) => ({
      id,
      promise: 'column' in rest ? `${code(template)} is refused at column ${rest.column}` : `${code(template)} is read`,
    })),
    ...ruleCases,
    ...cases,
    ...Object.entries(socketCases).map(([id, promise]) => ({ id, promise })),
  ]
  const sections = Object.entries(chapters).map(([prefix, heading]) => {
    const own = lines.filter(({ id }) => id.startsWith(prefix)).sort((a, b) => compare(a.id, b.id))
    const rows = own.map(({ id, promise }) => `| ${id} | ${promise.replaceAll('|', '\\|')} |`)
    return [`## ${prefix}: ${heading} (${own.length})`, '', '| case | promise |', '|---|---|', ...rows, ''].join('\n')
  })
  return `${introduction}\n${lines.length} cases.\n\n${sections.join('\n')}`
}

function code(text: string): string {
  return text === '' ? 'an empty template' : `\`${text}\``
}

/** By the numbers in the ids, so that TQ01.10 follows TQ01.9. */
function compare(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

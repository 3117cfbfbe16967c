import type { ConformanceCase } from './case.ts'
import { cases } from './cases.ts'
import { answersInOwnWords, callsHandler, replayedBy } from './replayed.ts'
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
  TX: 'Across encoders',
}

interface Line {
  readonly id: string
  readonly promise: string
  readonly passes: string
}

/** The page that lists every case with one line. */
export function caseList(): string {
  const lines: Line[] = [
    ...templateCases.map(({ id, template, ...rest }) => ({
      id,
      promise: 'column' in rest ? `${code(template)} is refused at column ${rest.column}` : `${code(template)} is read`,
      passes: 'start',
    })),
    ...ruleCases.map(({ id, promise }) => ({ id, promise, passes: 'start' })),
    ...cases.map((each) => ({ id: each.id, promise: each.promise, passes: passesOf(each) })),
    ...Object.entries(socketCases).map(([id, promise]) => ({ id, promise, passes: 'sockets' })),
  ]
  const sections = Object.entries(chapters).map(([prefix, heading]) => {
    const own = lines.filter(({ id }) => id.startsWith(prefix)).sort((a, b) => compare(a.id, b.id))
    const rows = own.map(({ id, promise, passes }) => `| ${id} | ${promise.replaceAll('|', '\\|')} | ${passes} |`)
    return [
      `## ${prefix}: ${heading} (${own.length})`,
      '',
      '| case | promise | passes |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n')
  })
  return `${introduction()}\n${sections.join('\n')}`
}

function introduction(): string {
  const count = templateCases.length + ruleCases.length + cases.length + Object.keys(socketCases).length
  const made = cases.filter(callsHandler).length
  const replays = cases.reduce((sum, each) => sum + replayedBy(each).length, 0)
  return `# Conformance of the transcoder

This page lists every case of \`libs/transcoding\` with its permanent id, and where it passes. The cases are data under
\`libs/transcoding/src/conformance\`. The suite itself writes this page: \`npx vitest run libs/transcoding -u\`.

Separate tests in \`libs/transcoding/src/openapi\` check that the OpenAPI document describes all of this correctly. An independent
validator reads the document. Each route is in it once, and a request made from it reaches that route. Its parameters are those that
the server accepts, and its schemas match the responses.

${count} cases; ${made} of them make a call, which TX repeats in ${replays} ways.

| passes | where |
|---|---|
| start | when the transcoder is made |
| REST | over HTTP/1.1 and over HTTP/2 without TLS to handlers in the same process, and over HTTP/1.1 to the same handlers behind gRPC; the request is refused before any call |
| all | as REST; and TX: the call with the same messages gives the same answer, or the same code, message and details, as Connect JSON, Connect proto, Connect GET, gRPC (by Connect's client and by @grpc/grpc-js) and gRPC-Web |
| all but GET | as all, but Connect GET cannot request a stream |
| own words | as all, but behind gRPC and in TX the protocols have their own fixed texts, which do not contain the cause either |
| sockets | in a separate test, which needs more than one request and one response |
`
}

function passesOf(each: ConformanceCase): string {
  if (!callsHandler(each)) return 'REST'
  if (answersInOwnWords(each)) return 'own words'
  return replayedBy(each).includes('Connect GET') ? 'all' : 'all but GET'
}

function code(text: string): string {
  return text === '' ? 'an empty template' : `\`${text}\``
}

/** Compares ids by their numbers, so that TQ01.10 follows TQ01.9. */
function compare(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

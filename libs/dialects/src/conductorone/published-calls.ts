import type { PublishedCall } from '@assay/transcoding'

/** Methods by path, of all calls that ConductorOne publishes; a variable is `{}`. */
const calls = `
/api/v1/apps GET POST
/api/v1/apps/{} GET POST DELETE
`

/** All calls that ConductorOne publishes: names and paths are facts about its API, and the list is ours. */
export const published: readonly PublishedCall[] = calls
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [path, ...methods] = line.split(' ')
    let variables = 0
    const template = path.replaceAll('{}', () => `{v${++variables}}`)
    return methods.map((httpMethod) => ({ httpMethod, template }))
  })

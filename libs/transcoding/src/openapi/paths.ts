import type { BoundVariable } from '../binding.ts'
import type { PathTemplate } from '../path-template.ts'

/** A path as OpenAPI has it: one parameter for each wildcard of the template. */
interface OpenApiPath {
  /** With the names of the parameters in braces. */
  readonly path: string
  /** With empty braces: paths of one shape cannot stand beside each other in a document. */
  readonly shape: string
  readonly parameters: readonly PathParameter[]
}

export interface PathParameter {
  readonly name: string
  /** The variable that the wildcard belongs to; undefined for one outside of all variables. */
  readonly variable: BoundVariable | undefined
  /** `**`: any number of segments. */
  readonly isRest: boolean
}

/**
 * OpenAPI knows parameters of one segment only, so a variable of several (`{name=shelves/*\/books/*}`) is written out
 * and its wildcards become parameters of their own, named after the literal before them: `shelves/{shelvesId}`.
 */
export function openApiPath(
  template: PathTemplate,
  variables: readonly BoundVariable[],
  nameOf: (variable: BoundVariable) => string,
): OpenApiPath {
  const parameters: PathParameter[] = []
  let path = ''
  let shape = ''
  for (const [index, segment] of template.segments.entries()) {
    if (segment.kind === 'literal') {
      const escaped = `/${escapeLiteral(segment.text)}`
      path += escaped
      shape += escaped
      continue
    }
    const variable = variables.find(({ start, end }) => start <= index && index < end)
    const before = template.segments[index - 1]
    const isAlone = variable === undefined || variable.end - variable.start === 1 || segment.kind === 'rest'
    const wanted =
      !isAlone && before?.kind === 'literal'
        ? `${before.text.replaceAll(/[^A-Za-z0-9_]/g, '_')}Id`
        : variable === undefined
          ? 'path'
          : nameOf(variable)
    const name = unique(wanted, parameters)
    parameters.push({ name, variable, isRest: segment.kind === 'rest' })
    path += `/{${name}}`
    shape += '/{}'
  }
  // An escaped colon is none that begins a verb, so those inside it stay.
  const verb = template.verb === '' ? '' : `:${escapeLiteral(template.verb).replaceAll('%3A', ':')}`
  return { path: (path || '/') + verb, shape: (shape || '/') + verb, parameters }
}

function unique(wanted: string, taken: readonly PathParameter[]): string {
  let name = wanted
  for (let n = 2; taken.some((parameter) => parameter.name === name); n++) name = `${wanted}_${n}`
  return name
}

/** As in a URL, with the escapes that RFC 3986 asks for and no others. */
function escapeLiteral(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/%(?:24|26|2B|2C|3B|3D|40)/g, decodeURIComponent)
    .replaceAll('*', '%2A')
}

import type { BoundVariable } from '../binding.ts'
import type { PathTemplate } from '../path-template.ts'

/** A path of OpenAPI: one parameter for each wildcard of the template. */
interface OpenApiPath {
  /** With the names of the parameters in braces. */
  readonly path: string
  /** The path with empty braces. A document cannot have two paths of the same shape. */
  readonly shape: string
  readonly parameters: readonly PathParameter[]
}

export interface PathParameter {
  readonly name: string
  /** The variable of the wildcard; undefined if it is outside all variables. */
  readonly variable: BoundVariable | undefined
  /** `**`: any number of segments. */
  readonly isRest: boolean
}

/**
 * A parameter of OpenAPI is one segment. So a variable of several segments (`{name=shelves/*\/books/*}`) is written out,
 * and each of its wildcards becomes a parameter, named after the literal before it: `shelves/{shelvesId}`.
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
  // An escaped colon does not begin a verb, so colons inside the verb are not escaped.
  const verb = template.verb === '' ? '' : `:${escapeLiteral(template.verb).replaceAll('%3A', ':')}`
  return { path: (path || '/') + verb, shape: (shape || '/') + verb, parameters }
}

function unique(wanted: string, taken: readonly PathParameter[]): string {
  let name = wanted
  for (let n = 2; taken.some((parameter) => parameter.name === name); n++) name = `${wanted}_${n}`
  return name
}

/** The literal as in a URL, with only the escapes that RFC 3986 requires. */
function escapeLiteral(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/%(?:24|26|2B|2C|3B|3D|40)/g, decodeURIComponent)
    .replaceAll('*', '%2A')
}

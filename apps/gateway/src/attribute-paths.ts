import type { RouteInfo } from '@assay/transcoding'

/**
 * Rewrites paths that name an attribute, such as `/api/v1/role-mining/filter-attributes/{attribute}/values`, so that the name
 * is one segment. An attribute is a column of the customer's file, and its name may hold slashes; some of ConductorOne's clients
 * send them without an escape. No other call has such a path, so nothing else is changed by it.
 *
 * @param routes every route; each with a variable `{attribute}` is covered
 * @returns the path as the routes take it
 */
export function attributePaths(routes: readonly RouteInfo[]): (path: string) => string {
  const patterns = routes.map(({ template }) => template).filter((template) => template.includes(variable))
  const named = patterns.map(patternOf)
  return (path) => {
    for (const pattern of named) {
      const [, before, name, after] = pattern.exec(path) ?? []
      if (name?.includes('/')) return `${before}${name.replaceAll('/', '%2F')}${after}`
    }
    return path
  }
}

const variable = '{attribute}'

function patternOf(template: string): RegExp {
  const [before, after] = template.split(variable).map((part) =>
    part
      .split(/\{[^}]*\}/)
      .map((literal) => RegExp.escape(literal))
      .join('[^/]+'),
  )
  return new RegExp(`^(${before})(.+)(${after})$`)
}

import type { RouteInfo } from '@assay/transcoding'

/**
 * Rewrites paths of routes with certain variables, such as `/api/v1/role-mining/filter-attributes/{attribute}/values`, so that the
 * variable's value is one segment even if its slashes are not escaped. Other paths are not changed.
 *
 * @param variablesOf the names of such variables, by the mount of a route
 * @returns a function that rewrites a path
 */
export function pathsWithSlashes(
  routes: readonly RouteInfo[],
  variablesOf: (mount: number) => readonly string[],
): (path: string) => string {
  const named = routes.flatMap(({ template, mount }) =>
    variablesOf(mount)
      .map((name) => `{${name}}`)
      .filter((variable) => template.includes(variable))
      .map((variable) => patternOf(template, variable)),
  )
  return (path) => {
    for (const pattern of named) {
      const [, before, name, after] = pattern.exec(path) ?? []
      if (name?.includes('/')) return `${before}${name.replaceAll('/', '%2F')}${after}`
    }
    return path
  }
}

function patternOf(template: string, variable: string): RegExp {
  const [before, after] = template.split(variable).map((part) =>
    part
      .split(/\{[^}]*\}/)
      .map((literal) => RegExp.escape(literal))
      .join('[^/]+'),
  )
  return new RegExp(`^(${before})(.+)(${after})$`)
}

import { http } from '@assay/contracts/google/api/annotations_pb'
import { conductorone, publicCalls } from '@assay/dialects'
import type { RouteInfo } from '@assay/transcoding'
import { getOption, hasOption } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { pathsWithSlashes } from './paths-with-slashes.ts'

/** The path templates of all public calls, additional ones included. */
const templates = publicCalls
  .flatMap(({ method }) => (hasOption(method, http) ? getOption(method, http) : []))
  .flatMap((rule) => [rule, ...rule.additionalBindings])
  .map(({ pattern }) => (typeof pattern.value === 'string' ? pattern.value : ''))
const withOneSegment = pathsWithSlashes(
  templates.map((template) => ({ template, mount: 0 }) as RouteInfo),
  () => conductorone.rest.variablesWithSlashes,
)

const values = '/api/v1/role-mining/filter-attributes'
const counts = '/api/v1/role-mining/custom-analysis/a-1/filter-attributes'

test.each([
  [`${values}/department/values`, `${values}/department/values`],
  [`${values}/Cost%20Center/Region/values`, `${values}/Cost%20Center%2FRegion/values`],
  [`${values}/a/b//c/values`, `${values}/a%2Fb%2F%2Fc/values`],
  [`${values}/a/values/values`, `${values}/a%2Fvalues/values`],
  [`${values}/a%2Fb/values`, `${values}/a%2Fb/values`],
  [`${values}/a/b`, `${values}/a/b`],
  [`${values}/a/b/value-counts`, `${values}/a/b/value-counts`],
  [`${counts}/a/b/value-counts`, `${counts}/a%2Fb/value-counts`],
  [`/x${counts}/a/b/value-counts`, `/x${counts}/a/b/value-counts`],
  ['/api/v1/catalogs/a/b/values', '/api/v1/catalogs/a/b/values'],
])('the path %s reaches the routes as %s', (path, expected) => {
  expect(withOneSegment(path)).toBe(expected)
})

test('every call whose path names an attribute calls the variable so, and is covered', () => {
  const naming = templates.filter((template) => /attribute[^/]*\}/i.test(template))
  expect(naming.length).toBeGreaterThan(1)
  for (const template of naming) {
    const path = (name: string) => template.replace('{attribute}', name).replaceAll(/\{[^}]*\}/g, 'x')
    expect(withOneSegment(path('a/b'))).toBe(path('a%2Fb'))
  }
})

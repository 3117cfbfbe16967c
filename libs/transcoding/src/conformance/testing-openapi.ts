import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Ajv2020 } from 'ajv/dist/2020.js'

/** The faults that an independent validator finds in a document; empty if there are none. */
export async function findingsOf(document: JsonObject): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // Failures of every status have the same form, which is under `default`.
      'operation-4xx-response': 'off',
      // The rule expects `properties` next to `required`; the `not` that excludes two members of a oneof has none.
      'no-required-schema-properties-undefined': 'off',
    },
  })
  const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'openapi.json', config })
  return found
    .filter(({ ruleId, message }) => ruleId !== 'no-ambiguous-paths' || !isResolved(message))
    .map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`)
}

/**
 * Vendors publish both `/entitlements/users/{id}` and `/entitlements/{id}/users`. At the first segment in which these paths
 * differ, one has a word and the other a variable; the word has priority (OpenAPI 3.1.1, section 4.8.8.2).
 */
function isResolved(message: string): boolean {
  const [one = [], other = []] = [...message.matchAll(/`(\/[^`]*)`/g)].map(([, path = '']) => path.split('/'))
  const isVariable = (segment: string | undefined) => segment?.startsWith('{') ?? false
  const place = one.findIndex((segment, at) => !(isVariable(segment) && isVariable(other[at])) && segment !== other[at])
  return isVariable(one[place]) !== isVariable(other[place])
}

interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly description?: string
  readonly schema: JsonObject
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly deprecated?: boolean
  readonly parameters?: readonly OpenApiParameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Record<string, { schema: JsonObject }> }
  readonly responses: Record<string, { readonly content?: Record<string, { schema: JsonObject }> }>
}

export interface PlacedOperation {
  readonly path: string
  /** Upper case. */
  readonly httpMethod: string
  readonly operation: OpenApiOperation
}

/** Every operation of a document, also those of `x-additional-operations`. */
export function operationsOf(document: JsonObject): PlacedOperation[] {
  const paths = document.paths as unknown as Record<string, Record<string, OpenApiOperation>>
  return Object.entries(paths).flatMap(([path, { 'x-additional-operations': additional, ...usual }]) => [
    ...Object.entries(usual).map(([method, operation]) => ({ path, httpMethod: method!.toUpperCase(), operation })),
    ...Object.entries((additional ?? {}) as unknown as Record<string, OpenApiOperation>).map(([key, operation]) => ({
      path,
      httpMethod: key.split(' ')[0]!,
      operation,
    })),
  ])
}

/**
 * Validates values with a schema of the document, by another independent implementation. Members that the schema does not
 * describe are faults.
 */
export function schemaJudge(document: JsonObject): (schema: JsonObject, value: JsonValue) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  for (const format of ['int32', 'uint32', 'int64', 'uint64', 'float', 'double', 'google-fieldmask', 'binary']) {
    ajv.addFormat(format, true)
  }
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/)
  const closed = JSON.parse(JSON.stringify(document), (_, value) =>
    value?.type === 'object' && value.properties !== undefined && value.additionalProperties === undefined
      ? { ...value, additionalProperties: false }
      : value,
  ) as JsonObject
  ajv.addSchema({ $id: 'document:', ...closed })
  const known = new Map<string, ReturnType<typeof ajv.compile>>()
  return (schema, value) => {
    const key = JSON.stringify(schema)
    let validate = known.get(key)
    if (validate === undefined) {
      const rooted = JSON.parse(key.replaceAll('"#/', '"document:#/')) as JsonObject
      validate = ajv.compile(rooted)
      known.set(key, validate)
    }
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}

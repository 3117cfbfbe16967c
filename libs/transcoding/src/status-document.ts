import { create, createRegistry, type JsonObject, type JsonValue, type Registry, toJson } from '@bufbuild/protobuf'
import { type Any, AnySchema, anyPack } from '@bufbuild/protobuf/wkt'
import type { ConnectError } from '@connectrpc/connect'
import * as errorDetails from './generated/google/rpc/error_details_pb.js'

const knownDetails: Registry = createRegistry(errorDetails.file_google_rpc_error_details)

/**
 * The JSON of google.rpc.Status: code as its number, message, and details each with its `@type`. A detail of an unknown type
 * has no JSON. It is left out and reported to `onDropped`, because the error itself must always be sent.
 */
export function statusDocument(
  error: ConnectError,
  registry: Registry | undefined,
  onDropped: (type: string) => void,
): JsonObject {
  const known = registry === undefined ? knownDetails : createRegistry(knownDetails, registry)
  const details: JsonValue[] = []
  for (const detail of error.details) {
    const type = 'desc' in detail ? detail.desc.typeName : detail.type
    try {
      if ('desc' in detail) {
        const any = anyPack(detail.desc, create(detail.desc, detail.value))
        details.push(anyJson(any, createRegistry(known, detail.desc)))
      } else {
        const any = create(AnySchema, { typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value })
        details.push(anyJson(any, known))
      }
    } catch {
      onDropped(type)
    }
  }
  return { code: error.code, message: error.rawMessage, details }
}

/** With `@type` as the first member, for people who read it. */
function anyJson(any: Any, registry: Registry): JsonValue {
  const { '@type': type = any.typeUrl, ...members } = toJson(AnySchema, any, { registry }) as JsonObject
  return { '@type': type, ...members }
}

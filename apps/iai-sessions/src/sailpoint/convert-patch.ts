import type { JsonPatchOperation } from '@assay/contracts/sailpoint/iai/rolemining/v1/session_pb'
import type { PatchOperation } from '@assay/role-sessions'
import { toJson } from '@bufbuild/protobuf'
import { ValueSchema } from '@bufbuild/protobuf/wkt'

export function toPatchOperations(operations: readonly JsonPatchOperation[]): PatchOperation[] {
  return operations.map(({ op, path, value }) => ({
    op,
    path,
    ...(value !== undefined && { value: toJson(ValueSchema, value) }),
  }))
}

import type { JsonPatchOperation } from '@assay/contracts/sailpoint/iai/rolemining/v1/session_pb'
import { type Role, RoleSchema } from '@assay/contracts/sailpoint/roles/v1/role_pb'
import { invalidArgument } from '@assay/errors'
import { fromJson, type JsonObject, type JsonValue, toJson } from '@bufbuild/protobuf'
import { ValueSchema } from '@bufbuild/protobuf/wkt'
import { applyPatch } from 'rfc6902'

const mostOperations = 100
const supported = ['add', 'remove', 'replace', 'test'] as const
type Supported = (typeof supported)[number]

/** Members that operations may name. Some of them cannot change, but SailPoint's clients name them anyway. */
const patchable = [
  'name',
  'description',
  'enabled',
  'owner',
  'additionalOwners',
  'accessProfiles',
  'entitlements',
  'membership',
  'requestable',
  'accessRequestConfig',
  'revocationRequestConfig',
  'revokeRequestConfig',
  'segments',
  'dimensional',
  'dimensionRefs',
  'accessModelMetadata',
  'privilegeLevel',
  'legacyMembershipInfo',
] as const

export type PatchableMember = (typeof patchable)[number]

/** A role after the operations. */
interface PatchedRole {
  readonly role: Role
  /** The members whose values have changed. */
  readonly changed: ReadonlySet<PatchableMember>
}

/**
 * Applies operations to a role, all of them or none (RFC 6902). Members without a value are null in the document, so that `replace` finds
 * them.
 * @throws invalid_argument naming the wrong operation: `[2].path`
 */
export function patchRole(role: Role, operations: readonly JsonPatchOperation[]): PatchedRole {
  if (operations.length === 0 || operations.length > mostOperations) {
    throw invalidArgument('body', `must be an array of 1 to ${mostOperations} operations, it has ${operations.length}`)
  }
  const before = documentOf(role)
  const after = structuredClone(before)
  const faults = applyPatch(after, operations.map(checked))
  const at = faults.findIndex((fault) => fault !== null)
  if (at !== -1) throw invalidArgument(`[${at}]`, `cannot be applied: ${faults[at]?.message}`)
  const changed = patchable.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name] ?? null))
  return { role: readRole(after), changed: new Set(changed) }
}

function documentOf(role: Role): JsonObject {
  const written = toJson(RoleSchema, role) as JsonObject
  return Object.fromEntries(patchable.map((name) => [name, written[name] ?? emptyOf(name)]))
}

/** Lists that are never null in SailPoint's answers, so that operations can append to them, are empty. */
function emptyOf(name: PatchableMember): JsonValue {
  return name === 'entitlements' || name === 'accessProfiles' ? [] : null
}

function checked({ op, path, value }: JsonPatchOperation, index: number) {
  const operation = supported.find((known) => known === op)
  if (operation === undefined) {
    throw invalidArgument(`[${index}].op`, `"${op}" is not supported; supported: ${supported.join(', ')}`)
  }
  const [, member = ''] = path.split('/')
  if (!path.startsWith('/') || !patchable.some((name) => name === member)) {
    throw invalidArgument(
      `[${index}].path`,
      `${JSON.stringify(path)} cannot be changed; these can: ${patchable.map((name) => `/${name}`).join(', ')}`,
    )
  }
  return toOperation(operation, path, value === undefined ? undefined : toJson(ValueSchema, value), index)
}

function toOperation(op: Supported, path: string, value: JsonValue | undefined, index: number) {
  if (op === 'remove') return { op, path }
  if (value === undefined) throw invalidArgument(`[${index}].value`, `is missing; "${op}" needs a value`)
  return { op, path, value }
}

function readRole(document: JsonObject): Role {
  try {
    return fromJson(RoleSchema, document, { ignoreUnknownFields: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const readable = reason.replace(/^cannot decode (?:field|message) [\w.]*\.(\w+)/, '$1').replace(' from JSON', '')
    throw invalidArgument('body', `the operations leave no role: ${readable}`)
  }
}

import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf'
import { beforeEach } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** The items of the contract that a test has shown: calls, messages, fields with a value, values of enums. */
    contract?: string[]
  }
}

let seen: Set<string> | undefined

/** Makes each test of a file record the items of the contract that it has shown, for the report of the run. */
export function observeTests(): void {
  beforeEach(({ task }) => {
    const kept = new Set<string>()
    seen = kept
    return () => {
      if (kept.size > 0) task.meta.contract = [...kept].sort()
      seen = undefined
    }
  })
}

export function observeCall(name: string): void {
  seen?.add(`call ${name}`)
}

/**
 * Records a message, its fields and those of nested messages. A field counts when its value is not its
 * default: one that always is 0, or empty, has shown nothing.
 */
export function observeMessage(message: DescMessage, json: JsonValue | undefined): void {
  if (!isObject(json)) return
  seen?.add(`message ${message.typeName}`)
  for (const field of message.fields) {
    const value = json[field.jsonName] ?? json[field.name]
    if (value === undefined || value === null) continue
    observeField(message, field, value)
  }
}

function observeField(message: DescMessage, field: DescField, value: JsonValue): void {
  const values = Array.isArray(value) ? value : [value]
  const type = field.message ?? field.enum
  if (field.enum) for (const one of values) observeEnum(field.enum, one)
  if (field.message && !field.message.typeName.startsWith('google.'))
    for (const one of values) observeMessage(field.message, one)
  const isPresent = type?.kind === 'message' || field.fieldKind === 'list' || hasOwnPresence(field)
  if (isPresent ? values.length > 0 : !isDefault(field, value)) seen?.add(`field ${message.typeName}.${field.jsonName}`)
}

function observeEnum(type: DescEnum, value: JsonValue): void {
  if (typeof value === 'string') seen?.add(`value ${type.typeName}.${value}`)
}

function hasOwnPresence(field: DescField): boolean {
  return field.oneof !== undefined || field.proto.proto3Optional
}

function isDefault(field: DescField, value: JsonValue): boolean {
  if (field.enum) return value === field.enum.values[0]!.name
  if (field.scalar === ScalarType.INT64) return value === '0'
  return value === '' || value === 0 || value === false
}

function isObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

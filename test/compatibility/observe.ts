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
    /** What of the contract a test has seen at work: calls, messages, fields that said something, values of enums. */
    contract?: string[]
  }
}

let seen: Set<string> | undefined

/** Makes the tests of a file keep what of the contract each has seen, for the run's report. */
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
 * Takes note of a message, of its fields and of those of the messages within. A field counts when it says more than its
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

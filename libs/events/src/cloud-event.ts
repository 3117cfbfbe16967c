import type { FollowedEntry } from '@assay/ledger'
import { type EventType, eventTypes, typeName } from './event-types.ts'

/** An event in the JSON form of CloudEvents 1.0, with its members in the order in which they are written. */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  /** The extension `sequence`: the position in the chain of the ledger, in 19 digits, so that texts sort like their numbers. */
  readonly sequence: string
  readonly datacontenttype: 'application/json'
  readonly dataschema: string
  readonly data: EventData
}

/** The content of an event, as the ledger has it. It contains no names of people. */
interface EventData {
  /** The position of the entry in the chain. */
  readonly position: number
  readonly subject: { readonly type: string; readonly id: string }
  readonly actor: { readonly type: string; readonly id: string; readonly role?: string | undefined }
  readonly reason: string
  readonly load?: number | undefined
  readonly run?: string | undefined
  readonly version?: string | undefined
  readonly peopleCount: number
  readonly facts: Readonly<Record<string, unknown>>
}

/** The subject of an event, in the form of CloudEvents; the events of one subject are delivered in order. */
export function subjectOf({ subject }: Pick<FollowedEntry, 'subject'>): string {
  return `${subject.type}/${subject.id ?? ''}`
}

/**
 * The event of an entry. It is made from the entry only, which never changes, so it is equal at each attempt and each replay.
 * @param tenant the name of the tenant
 */
export function cloudEvent(entry: FollowedEntry, tenant: string): CloudEvent {
  const { id, position, at, kind, subject, actor, reason, load, run, version, peopleCount, facts } = entry
  return {
    specversion: '1.0',
    id,
    source: `urn:assay:tenant:${encodeURIComponent(tenant)}`,
    type: typeName(kind),
    subject: subjectOf(entry),
    time: at,
    sequence: String(position).padStart(19, '0'),
    datacontenttype: 'application/json',
    dataschema: schemaId(kind),
    data: {
      position,
      subject: { type: subject.type, id: subject.id ?? '' },
      actor,
      reason,
      load,
      run,
      version,
      peopleCount,
      facts,
    },
  }
}

function schemaId(kind: string): string {
  return `urn:assay:event:${kind}:1`
}

/** JSON Schema (2020-12) of `data`. Later versions of Assay may add members, so the schema forbids none. */
export function dataSchema({ kind, means, subjectType, facts }: EventType): Readonly<Record<string, unknown>> {
  const text = (description: string) => ({ type: 'string', description })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaId(kind),
    title: typeName(kind),
    description: means,
    type: 'object',
    required: ['position', 'subject', 'actor', 'reason', 'peopleCount', 'facts'],
    properties: {
      position: { type: 'integer', minimum: 1, description: 'The position of the entry in the chain of the ledger.' },
      subject: {
        type: 'object',
        required: ['type', 'id'],
        properties: { type: { const: subjectType }, id: text('Its id.') },
      },
      actor: {
        type: 'object',
        required: ['type', 'id'],
        description: 'The actor.',
        properties: {
          type: { enum: ['client', 'person', 'agent', 'job', 'command'] },
          id: text('The id of the API client or of the person who signed in; the name of the job or of the command.'),
          role: text('The role of the client or of the person.'),
        },
      },
      reason: text('A code; `unspecified` when there is none.'),
      load: { type: 'integer', description: 'The load of the access data that was in force.' },
      run: text('The run that returned it.'),
      version: text('The version of the subject at the decision.'),
      peopleCount: { type: 'integer', minimum: 0, description: 'The number of people that it concerns.' },
      facts: {
        type: 'object',
        required: Object.keys(facts).filter((name) => facts[name]?.isOptional !== true),
        properties: Object.fromEntries(Object.entries(facts).map(([name, { schema }]) => [name, schema])),
      },
    },
  }
}

/** An example of an event of the type. */
export function exampleOf({ kind, subjectType, facts }: EventType): CloudEvent {
  const entry: FollowedEntry = {
    id: '019b4f6e-7d2c-7000-8a11-5f0c6d1f2b3a',
    position: 4711,
    at: '2026-01-31T08:00:00.000Z',
    kind,
    subject: { type: subjectType, id: 'c5a3f0de-1b7e-4b0a-9c53-2f6f0b9a7e11' },
    actor: { type: 'client', id: 'calm-otter-12345', role: 'role-miner' },
    reason: 'unspecified',
    load: 118,
    run: undefined,
    version: undefined,
    peopleCount: 0,
    facts: Object.fromEntries(Object.entries(facts).map(([name, { example }]) => [name, example])),
  }
  return cloudEvent(entry, 'acme')
}

/** All types with their schemas and examples. */
export function describedEventTypes() {
  return [...eventTypes.values()].map((type) => ({
    type: typeName(type.kind),
    description: type.means,
    schema: dataSchema(type),
    example: exampleOf(type),
  }))
}

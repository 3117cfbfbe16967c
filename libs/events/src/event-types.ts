/** The type of a fact: its schema, and a value for the example. */
interface FactType {
  readonly schema: Readonly<Record<string, unknown>>
  readonly example: unknown
  /** Whether it may be absent. */
  readonly isOptional?: true
}

/** A type of events: an entry of the ledger of that kind. */
export interface EventType {
  /** The kind of the entry: `suggestion.accept`. */
  readonly kind: string
  /** A description for people of when it happens. */
  readonly means: string
  /** The type of the subject: `suggestion`. */
  readonly subjectType: string
  readonly facts: Readonly<Record<string, FactType>>
}

const count = (means: string, example: number): FactType => ({
  schema: { type: 'integer', minimum: 0, description: means },
  example,
})
const text = (means: string, example: string): FactType => ({
  schema: { type: 'string', description: means },
  example,
})
const flag = (means: string, example = false): FactType => ({
  schema: { type: 'boolean', description: means },
  example,
})
const number = (means: string, example: number): FactType => ({
  schema: { type: 'number', description: means },
  example,
})
const texts = (means: string, ...example: string[]): FactType => ({
  schema: { type: 'array', items: { type: 'string' }, description: means },
  example,
})
const optional = (fact: FactType): FactType => ({ ...fact, isOptional: true })

const profile = '4be7a1c2-8a53-4b83-9a2e-6c3e1f5b7d90'
const session = '9d0b4f0e-2f64-4f0b-8b2a-0c6b3fd1f2aa'

/** Kinds whose events have no facts, by the type of their subject. */
const plain: readonly (readonly [subjectType: string, kinds: Readonly<Record<string, string>>])[] = [
  [
    'load',
    {
      'load.create': 'A load was opened.',
      'load.commit': 'A load was committed: it comes into force unless something is wrong.',
      'load.wait': 'A load waits until somebody confirms it, because it would remove much.',
      'load.confirm': 'Somebody confirmed a load that would remove much.',
      'load.abort': 'A load was aborted: by a user, or because it got no upload for a day and another load was begun.',
      'load.fail': 'A load failed. Nothing in force changed.',
    },
  ],
  [
    'import',
    {
      'import.create': 'An import was opened.',
      'import.commit': 'An import was committed: it comes into force unless something is wrong.',
      'import.abort':
        'An import was aborted: by a user, or because it got no upload for a day and another import was begun.',
    },
  ],
  ['run', { 'run.ask': 'An analysis of the organisation was requested.', 'run.fail': 'An analysis failed.' }],
  [
    'model',
    {
      'model.ask': 'A role model was requested.',
      'model.revise': 'A revision of a role model was requested, on the data in force.',
      'model.cancel': 'Somebody cancelled a role model.',
      'model.delete': 'A role model was deleted.',
    },
  ],
  [
    'session',
    {
      'session.create': 'A role mining session was made.',
      'session.update': 'A role mining session was changed.',
      'session.delete': 'A role mining session was deleted.',
    },
  ],
  [
    'role',
    {
      'role.update': 'Somebody changed a potential role.',
      'role.entitlements.exclude': 'Somebody excluded entitlements from a potential role.',
      'role.entitlements.include': 'Somebody included excluded entitlements in a potential role again.',
      'role.provision': 'Somebody requested an access profile from a potential role.',
    },
  ],
  [
    'profile',
    {
      'profile.create': 'An access profile was made.',
      'profile.delete': 'An access profile was deleted.',
      'profile.entitlements': 'The entitlements of an access profile changed.',
      'profile.audience': 'The audience of an access profile changed.',
      'profile.automation': 'The automation of an access profile changed.',
      'profile.members.add': 'Somebody added members to an access profile.',
      'profile.members.set': 'Somebody set the members of an access profile.',
      'profile.members.remove': 'Somebody removed members of an access profile.',
      'profile.members.ask': 'Changes of members wait for a person.',
      'profile.members.follow': 'The rule of an access profile changed its members.',
      'profile.pause': 'The automation of an access profile was paused.',
      'profile.resume': 'Somebody resumed the automation of an access profile.',
    },
  ],
  ['profiles', { 'profile.import': 'Access profiles were imported.' }],
  [
    'policy',
    {
      'policy.create': 'A policy was made.',
      'policy.update': 'A policy was changed.',
      'policy.delete': 'A policy was deleted.',
    },
  ],
  [
    'review',
    {
      'review.create': 'A review was made.',
      'review.close': 'A review was closed.',
      'review.carry_out': 'The decisions of a review were carried out.',
    },
  ],
  ['review_item', { 'review.assign': 'An item of a review was assigned to reviewers.' }],
  ['target', { 'publication.create': 'Access profiles were handed over to another system.' }],
]

const suggestionFacts = {
  state: text('Its state after the decision: `new`, `dismissed` or `accepted`.', 'accepted'),
  cohortSize: count('Number of its people.', 42),
  entitlementCount: count('Number of entitlements that it would give.', 7),
  profileId: optional(text('The access profile that was made from it.', profile)),
}
const roleFacts = {
  state: text('Its state after the decision: `new`, `dismissed` or `accepted`.', 'accepted'),
  sessionId: text('The session that returned it.', session),
  identityCount: count('Number of its people.', 42),
  entitlementCount: count('Number of its entitlements.', 7),
  profileId: optional(text('The access profile that was made from it.', profile)),
}
const taskFacts = {
  taskId: text('The task.', '5b8d6a58-30ad-4b64-bb47-6b7a3e2f9a5e'),
  change: text('The change: `add` or `remove`.', 'add'),
}

const measures: Readonly<Record<string, readonly [means: string, example: number]>> = {
  roles: ['Accepted access profiles.', 31],
  membersPerRole: ['Mean number of members.', 18.5],
  entitlementsPerRole: ['Mean number of entitlements.', 6.25],
  grants: ['Grants of enabled people beyond common access.', 12840],
  throughRoles: ['Share of these grants that a profile gives.', 0.71],
  overGrant: ['Share of the access from profiles that their members do not hold.', 0.04],
  underGrant: ['Share of the grants that no profile gives.', 0.29],
  overlap: ['Share of the access that several profiles give.', 0.12],
  descriptionLength: ['The length of the description of all access by the profiles.', 5120],
  unused: ['Share of the grants that are not used.', 0.08],
  residual: ['Share of the grants that nothing explains.', 0.11],
  orphanRows: ['Rows of sources without a person.', 3],
}

const withFacts: readonly EventType[] = [
  ...(['accept', 'dismiss', 'restore'] as const).map((verb) => ({
    kind: `suggestion.${verb}`,
    means: {
      accept: 'Somebody accepted a suggestion.',
      dismiss: 'Somebody dismissed a suggestion.',
      restore: 'Somebody withdrew the dismissal of a suggestion.',
    }[verb],
    subjectType: 'suggestion',
    facts: suggestionFacts,
  })),
  {
    kind: 'suggestion.return',
    means: 'A run ended a dismissal of a suggestion.',
    subjectType: 'suggestion',
    facts: {
      state: optional(suggestionFacts.state),
      cohortSize: optional(suggestionFacts.cohortSize),
      entitlementCount: optional(suggestionFacts.entitlementCount),
    },
  },
  ...(['accept', 'dismiss', 'restore'] as const).map((verb) => ({
    kind: `role.${verb}`,
    means: {
      accept: 'Somebody accepted a potential role.',
      dismiss: 'Somebody dismissed a potential role.',
      restore: 'Somebody opened a potential role again.',
    }[verb],
    subjectType: 'role',
    facts: roleFacts,
  })),
  {
    kind: 'run.complete',
    means: 'An analysis of the organisation is complete.',
    subjectType: 'run',
    facts: {
      totalUsers: count('Number of people that were analysed.', 5000),
      cohortsAnalyzed: count('Number of cohorts that were analysed.', 812),
      suggestionsGenerated: count('Number of suggestions that it returned.', 37),
    },
  },
  {
    kind: 'session.complete',
    means: 'The calculation of a session is complete.',
    subjectType: 'session',
    facts: {
      calculation: count('The number of the calculation within the session, from 1.', 1),
      potentialRoleCount: count('Number of its potential roles.', 12),
      identityCount: count('Number of its people.', 240),
    },
  },
  {
    kind: 'session.fail',
    means: 'The calculation of a session failed.',
    subjectType: 'session',
    facts: { calculation: count('Which calculation of the session it was, from 1.', 2) },
  },
  {
    kind: 'import.in_force',
    means: 'An import came into force.',
    subjectType: 'import',
    facts: {
      counts: {
        schema: {
          type: 'object',
          additionalProperties: { type: 'number' },
          description: 'Number of records, by kind.',
        },
        example: { identities: 5000, entitlements: 900, grants: 61000 },
      },
      changedNothing: flag('The access data did not change.'),
    },
  },
  {
    kind: 'import.fail',
    means: 'An import failed. Nothing in force changed.',
    subjectType: 'import',
    facts: { errorCount: optional(count('Number of faults in its files.', 3)) },
  },
  {
    kind: 'load.in_force',
    means: 'Loads came into force, combined with those of the other sources.',
    subjectType: 'import',
    facts: {
      loads: texts('The new loads.', '118'),
      sources: texts('All sources that were combined.', 'hr', 'directory'),
      isOnly: flag('There are no other sources.'),
      changedNothing: flag('The access data did not change.'),
    },
  },
  {
    kind: 'profile.update',
    means: 'An access profile was changed.',
    subjectType: 'profile',
    facts: { changed: texts('The members that changed.', 'displayName') },
  },
  {
    kind: 'profile.task.approve',
    means: 'Somebody approved a change of members.',
    subjectType: 'profile',
    facts: taskFacts,
  },
  {
    kind: 'profile.task.decline',
    means: 'Somebody declined a change of members.',
    subjectType: 'profile',
    facts: taskFacts,
  },
  {
    kind: 'review.decide',
    means: 'A reviewer decided on an item of a review.',
    subjectType: 'review_item',
    facts: {
      reviewId: text('The review.', '0d7a2d55-7f8e-4a6f-9b8d-3f5be2f0a794'),
      candidateKind: text(
        'The kind of the candidate: `suggestion`, `potential_role`, `profile` or `draft`.',
        'suggestion',
      ),
      verdict: text('`approved`, `approved_in_part` or `rejected`.', 'approved'),
    },
  },
  {
    kind: 'drift.measure',
    means: 'The drift between the accepted access profiles and the access data in force changed.',
    subjectType: 'import',
    facts: {
      ...Object.fromEntries(Object.entries(measures).map(([name, [means, example]]) => [name, number(means, example)])),
      missedGoals: texts('The measures that miss their goals.', 'overGrant'),
    },
  },
  {
    kind: 'webhook.test',
    means: 'Somebody tests a webhook. It is delivered only to that webhook, whatever types it subscribes to.',
    subjectType: 'webhook',
    facts: {},
  },
]

/** By kind, in alphabetical order. */
export const eventTypes: ReadonlyMap<string, EventType> = new Map(
  [
    ...withFacts,
    ...plain.flatMap(([subjectType, kinds]) =>
      Object.entries(kinds).map(([kind, means]): EventType => ({ kind, means, subjectType, facts: {} })),
    ),
  ]
    .sort((a, b) => (a.kind < b.kind ? -1 : 1))
    .map((type) => [type.kind, type]),
)

/** The kind of the event that tests a webhook. */
export const testKind = 'webhook.test'

/** The name of an event's type in CloudEvents. */
export function typeName(kind: string): string {
  return `assay.${kind}`
}

/**
 * Whether a webhook subscribes to events of the kind: `suggestion.accept`, or `suggestion.*` for all kinds with that beginning; an empty
 * list subscribes to all.
 */
export function subscribesTo(types: readonly string[], kind: string): boolean {
  if (types.length === 0) return true
  return types.some((type) => (type.endsWith('.*') ? kind.startsWith(type.slice(0, -1)) : kind === type))
}

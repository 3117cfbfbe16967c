import { type Actor, Actor_Type as ActorType, type Entry } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { FaultKind, type Report } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'
import type { ThingType } from './search.ts'

export const texts = {
  title: 'Ledger',
  tabs: 'Parts of the ledger',
  tabNames: { entries: 'What was decided', 'in-force': 'What was in force', check: 'Is it whole?' },
  bounded: 'The ledger shows everybody, and you see only some people.',
  looking: 'Looking into the ledger.',
  filters: 'Which entries',
  what: 'What',
  everything: 'everything',
  who: 'Who',
  about: 'About (an id)',
  from: 'From',
  until: 'Until',
  clear: 'All entries',
  remove: 'Remove',
  by: 'by',
  aboutWords: 'about',
  none: 'Nothing of this kind was decided.',
  nothing: 'Nothing was decided yet.',
  asOf: 'As it was at the end of',
  types: 'Of which kind',
  allTypes: 'everything',
  needsDay: 'Choose a day.',
  future: 'That day is not over: this is how it is now.',
  noneInForce: 'The ledger has nothing of this kind that was in force then.',
  partly: 'The ledger has a part of it: it was there before the ledger, or older entries were removed.',
  erased: 'Something was erased, and is not shown.',
  long: 'too long for a list. {link}',
  showWhole: 'Show all of it',
  thing: '{kind}: {name}',
  sinceWhen: 'since {time}, when {who} {what}',
  verifyMeans:
    'Every entry, value, link and signature is looked at. What was altered, removed, or put there by hand is reported.',
  verify: 'Look at all of it',
  verifyAgain: 'Look at all of it again',
  stop: 'Stop',
  stopped: 'Stopped before the end.',
  kept: 'A head that you stored (a file)',
  keptMeans: 'With it you also learn whether anything before it was cut off, or the whole chain was made again.',
  badHead: 'This file is no head of a ledger.',
  head: 'Save the newest signed head',
  headMeans:
    'A signed head is a small file. Store it elsewhere: it proves later that no entry before it was changed or removed.',
  exports: 'Download',
  exportAll: 'All entries, to verify elsewhere (NDJSON)',
  exportRange: 'What was decided in this time, to read and print',
  exportRangeFile: 'What was decided in this time, to verify elsewhere (NDJSON)',
  exportNeedsFrom: 'To download what was decided in a time, choose its beginning under “From”.',
  history: 'History',
  inLedger: 'Show it in the ledger',
  noHistory: 'The ledger has nothing about this.',
  checkedSoFar: (count: number) => `${counted(count, 'entry', 'entries')} looked at so far.`,
  fault: '{fault}: {detail} {entry}',
  faultAt: '{fault}, at {position}: {detail} {entry}',
  showEntry: 'Show the entry',
  thingName: (kind: string, name: string) => `${kind}: ${name}`,
  columns: { when: 'When', who: 'Who', what: 'What', about: 'About', why: 'Why', entry: 'Entry' },
  newestFirst: (count: number) => `${counted(count, 'entry', 'entries')}, the newest first`,
  fileSaved: (fileName: string) => `${fileName} is saved.`,
  wereInForce: (count: number) => `${counted(count, 'thing was', 'things were')} in force`,
  yes: 'yes',
  no: 'no',
  noValue: 'none',
  memberIs: (member: string, value: string) => `${member}: ${value}`,
} as const

/** The words for each kind, to follow the name of the actor: `Ada accepted a candidate`. Kinds without words are shown as they are. */
const words: Readonly<Record<string, string>> = {
  'suggestion.accept': 'accepted a candidate',
  'suggestion.dismiss': 'dismissed a candidate',
  'suggestion.restore': 'opened a candidate again',
  'suggestion.return': 'found a dismissed candidate again',
  'profile.create': 'made an access profile',
  'profile.update': 'changed an access profile',
  'profile.delete': 'deleted an access profile',
  'profile.entitlements': 'changed what an access profile gives',
  'profile.automation': 'set how an access profile gets its members',
  'profile.audience': 'changed who may see an access profile',
  'profile.members.add': 'added members to an access profile',
  'profile.members.set': 'set the members of an access profile',
  'profile.members.remove': 'took a member out of an access profile',
  'profile.members.ask': 'asked for members of an access profile',
  'profile.members.follow': 'changed members as their rule says',
  'profile.task.approve': 'approved a change of a member',
  'profile.task.decline': 'declined a change of a member',
  'profile.pause': 'paused the rule of an access profile',
  'profile.resume': 'resumed the rule of an access profile',
  'profile.import': 'imported access profiles',
  'publication.create': 'handed access profiles over to another system',
  'settings.mining': 'changed the settings of the analysis',
  'settings.discovery': 'switched automatic discovery',
  'settings.update': 'changed settings',
  'run.ask': 'asked for an analysis',
  'run.complete': 'completed an analysis',
  'run.fail': 'found that an analysis failed',
  'model.ask': 'asked for a role model',
  'model.revise': 'revised a role model',
  'model.cancel': 'cancelled a role model',
  'model.delete': 'deleted a role model',
  'policy.create': 'made a policy',
  'policy.update': 'changed a policy',
  'policy.delete': 'deleted a policy',
  'draft.create': 'saved a draft',
  'draft.edit': 'changed a draft',
  'draft.merge': 'merged candidates into a draft',
  'draft.split': 'split a candidate into drafts',
  'draft.delete': 'deleted a draft',
  'source.create': 'made a source',
  'source.update': 'changed a source',
  'source.delete': 'deleted a source',
  'source.map': 'changed the map of a source',
  'source.change': 'changed records of a source',
  'pull.set': 'set how a source is pulled',
  'pull.run': 'asked for a pull of a source',
  'pull.delete': 'ended the pulls of a source',
  'load.create': 'began a load',
  'load.upload': 'sent a file of a load',
  'load.commit': 'committed a load',
  'load.wait': 'held a load that removes much',
  'load.confirm': 'confirmed a load',
  'load.abort': 'gave up a load',
  'load.fail': 'found that a load failed',
  'load.in_force': 'brought loads into force',
  'import.create': 'began an import',
  'import.upload': 'sent a file of an import',
  'import.commit': 'committed an import',
  'import.abort': 'gave up an import',
  'import.fail': 'found that an import failed',
  'import.in_force': 'brought an import into force',
  'account.link': 'said whose an account is',
  'account.unlink': 'took back whose an account is',
  'review.create': 'handed something to reviewers',
  'review.assign': 'gave an item to other reviewers',
  'review.decide': 'answered in a review',
  'review.comment': 'said something in a review',
  'review.remind': 'reminded reviewers',
  'review.close': 'closed a review',
  'review.carry_out': 'carried out what a review decided',
  'session.create': 'began a search by access',
  'session.update': 'changed a search by access',
  'session.delete': 'deleted a search by access',
  'session.complete': 'completed a search by access',
  'session.fail': 'found that a search by access failed',
  'role.update': 'changed a potential role',
  'role.entitlements.exclude': 'left access out of a potential role',
  'role.entitlements.include': 'took access back into a potential role',
  'role.provision': 'provisioned a potential role',
  'role.accept': 'accepted a potential role',
  'role.dismiss': 'dismissed a potential role',
  'role.restore': 'opened a potential role again',
  'client.create': 'made an API client',
  'client.revoke': 'revoked an API client',
  'client.scope': 'changed whom an API client sees',
  'client.sign_in_link': 'made a link that opens the console',
  'issuer.create': 'let people of an issuer sign in',
  'issuer.delete': 'ended the sign-in by an issuer',
  'access.give': 'said who signs in as what',
  'access.take': 'took back who signs in as what',
  'person.revoke': 'took back the access of a person',
  'person.restore': 'gave a person access again',
  'session.end': 'ended a session of a person',
  'tenant.create': 'made the tenant',
  'tenant.suspend': 'suspended the tenant',
  'tenant.resume': 'resumed the tenant',
  'tenant.delete': 'asked for the removal of the tenant',
  'schedule.set': 'set a schedule',
  'schedule.delete': 'ended a schedule',
  'key.rotate': 'replaced keys',
  'key.re-encrypt': 'encrypted keys again',
  'person.erase': 'erased a person',
  'ledger.age': 'removed old entries of the ledger',
  'drift.measure': 'measured how access profiles and access differ',
  'webhook.create': 'made a webhook',
  'webhook.update': 'changed a webhook',
  'webhook.delete': 'deleted a webhook',
  'webhook.rotate_secret': 'replaced the secret of a webhook',
  'webhook.test': 'tested a webhook',
  'webhook.enable': 'enabled a webhook',
  'webhook.disable': 'disabled a webhook',
  'webhook.replay': 'had events sent again',
  'work.cancel': 'cancelled work',
}

export function kindWords(kind: string): string {
  return Object.hasOwn(words, kind) ? (words[kind] ?? kind) : kind
}

/** The groups of kinds in the filter, by the beginning of the kinds. */
export const kindGroups = {
  'suggestion.': 'decisions on candidates',
  'profile.': 'access profiles',
  'publication.': 'access profiles that were handed over',
  'review.': 'reviews',
  'policy.': 'policies',
  'settings.': 'settings',
  'draft.': 'drafts',
  'source.': 'sources',
  'load.': 'loads',
  'import.': 'imports',
  'account.': 'whose accounts are',
  'session.': 'searches by access',
  'role.': 'potential roles',
  'model.': 'role models',
  'client.': 'API clients',
  'issuer.': 'issuers',
  'access.': 'who signs in as what',
  'webhook.': 'webhooks',
  'key.': 'keys',
  'person.': 'people',
} as const

const doers: Readonly<Partial<Record<ActorType, string>>> = {
  [ActorType.JOB]: 'Work in the background',
  [ActorType.COMMAND]: 'A command',
}

/** The actor in words: a name, or the kind of actor. */
export function whoActed(actor: Actor | undefined): string {
  if (actor === undefined) return 'Somebody'
  const { type, id, personId, displayName } = actor
  const name = displayName || doers[type] || personId || id || 'Somebody'
  return type === ActorType.AGENT ? `The agent ${name}` : name
}

/** `Ada accepted a candidate: Sales in Berlin` */
export function entryLine(entry: Pick<Entry, 'actor' | 'kind'>, about: string | undefined): string {
  return about === undefined ? entryTitle(entry) : `${entryTitle(entry)}: ${about}`
}

/** `Ada accepted a candidate` */
export function entryTitle(entry: Pick<Entry, 'actor' | 'kind'>): string {
  return `${whoActed(entry.actor)} ${kindWords(entry.kind)}`
}

const faults: Readonly<Record<FaultKind, string>> = {
  [FaultKind.UNSPECIFIED]: 'Something is wrong',
  [FaultKind.ALTERED]: 'An entry was altered after it was sealed',
  [FaultKind.VALUE_ALTERED]: 'A value beside an entry is another one than the entry speaks of',
  [FaultKind.VALUE_MISSING]: 'A value beside an entry was removed, rather than erased',
  [FaultKind.MISSING]: 'An entry was removed',
  [FaultKind.UNSEALED]: 'An entry was put there by hand, or no worker seals entries',
  [FaultKind.BROKEN]: 'A link of the chain does not follow from the one before',
  [FaultKind.NOT_AS_SIGNED]: 'The chain is not the one that was signed',
  [FaultKind.SIGNATURE]: 'A signature is not valid',
  [FaultKind.CUT_OFF]: 'The chain ends before a head that was signed',
}

export function faultWords(kind: FaultKind): string {
  return faults[kind] ?? faults[FaultKind.UNSPECIFIED]
}

/** The result of a verification, in one or more sentences. */
export function reportSentence(report: Report): string {
  const { isWhole, entries, signedHeads, removedEntries, erasedValues, erasedEntries, waitingEntries } = report
  const total = report.faultCounts.reduce((sum, { count }) => sum + Number(count), 0)
  const looked = `${counted(Number(entries), 'entry', 'entries')} and ${counted(Number(signedHeads), 'signed head', 'signed heads')} were looked at.`
  return [
    isWhole
      ? 'The ledger is whole: nothing was altered, removed or put there by hand.'
      : `The ledger is not whole: ${counted(total, 'thing is', 'things are')} wrong.`,
    looked,
    ...(removedEntries > 0n
      ? [
          `The first ${formatCount(Number(removedEntries))} were removed on purpose when they were old; a signed checkpoint vouches for them.`,
        ]
      : []),
    ...(erasedValues > 0n
      ? [
          `${counted(Number(erasedValues), 'value was', 'values were')} erased on purpose in ${counted(Number(erasedEntries), 'entry', 'entries')}.`,
        ]
      : []),
    ...(waitingEntries > 0n
      ? [
          `${counted(Number(waitingEntries), 'entry was', 'entries were')} just written and ${waitingEntries === 1n ? 'waits' : 'wait'} for the seal.`,
        ]
      : []),
  ].join(' ')
}

/** The types of objects whose state in force the ledger can show. */
export const kindsOfThings: Readonly<Record<ThingType, string>> = {
  access_data: 'access data',
  settings: 'settings',
  policy: 'policies',
  profile: 'access profiles',
  source: 'sources',
  client: 'API clients',
  issuer: 'issuers',
  access: 'who signs in as what',
  schedule: 'schedules',
}

/** The word for one object of a type, before its name. */
export const kindOfThing: Readonly<Record<ThingType, string>> = {
  access_data: 'Access data, import',
  settings: 'Settings',
  policy: 'Policy',
  profile: 'Access profile',
  source: 'Source',
  client: 'API client',
  issuer: 'Issuer',
  access: 'Who signs in as what',
  schedule: 'Schedule',
}

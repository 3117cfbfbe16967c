import { type Actor, Actor_Type, type Entry } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { FaultKind, type InForce, type Report } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { enumWords } from '../enum-words.ts'
import { counted } from './counted.ts'

const actorWords: Readonly<Record<Actor_Type, string>> = {
  [Actor_Type.UNSPECIFIED]: 'unknown',
  [Actor_Type.CLIENT]: 'client',
  [Actor_Type.PERSON]: 'person',
  [Actor_Type.AGENT]: 'agent',
  [Actor_Type.JOB]: 'job',
  [Actor_Type.COMMAND]: 'command',
}

/** `2026-01-31T08:00:00.000Z  suggestion.dismiss  suggestion 0f..  by ada (client calm-otter, reviewer)  too_broad: "no"` */
export function describeEntry(entry: Entry): string {
  const { kind, subject, actor, reason, comment, erasedFields } = entry
  const why =
    reason === 'unspecified' && comment === ''
      ? ''
      : `  ${reason}${comment === '' ? '' : `: ${JSON.stringify(comment)}`}`
  const erased = erasedFields.length === 0 ? '' : `  (erased: ${erasedFields.join(', ')})`
  const about = subject === undefined ? '' : `  ${subject.type} ${subject.id || 'erased'}`
  return `${isoOf(entry.time)}  ${entry.id}  ${kind}${about}  by ${actorName(actor)}${why}${erased}`
}

function actorName(actor: Actor | undefined): string {
  if (actor === undefined) return 'unknown'
  const { type, id, personId, displayName, role } = actor
  const who = [`${enumWords(actorWords, type, 'actor of type')} ${id}`, ...(role === '' ? [] : [role])].join(', ')
  const name = personId || displayName
  return name === '' ? who : `${JSON.stringify(name)} (${who})`
}

/** The state of an object at a time, with one line for each member. */
export function describeInForce(thing: InForce): string[] {
  const { subject, entryKind, entryId, changeTime, actor, complete, erased, omittedFields, stateJson } = thing
  const notes = [
    ...(complete ? [] : ['the ledger has only a part of it']),
    ...(erased ? ['something was erased'] : []),
    ...omittedFields.map((name) => `${name} is long: ask with --subject`),
  ]
  return [
    `${subject?.type} ${subject?.id}  since ${isoOf(changeTime)} (${entryKind}, ${entryId}) by ${actorName(actor)}${notes.length === 0 ? '' : `  (${notes.join('; ')})`}`,
    ...Object.entries(JSON.parse(stateJson) as object).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`),
  ]
}

export function inForceFacts(thing: InForce) {
  const { subject, actor, stateJson, changeTime, $typeName: _, ...rest } = thing
  return {
    subject: subject && { type: subject.type, id: subject.id },
    ...rest,
    changeTime: isoOf(changeTime),
    actor: actor && actorFacts(actor),
    state: JSON.parse(stateJson),
  }
}

function actorFacts({ type, id, personId, displayName, role, right, call }: Actor) {
  return { type: actorWords[type] ?? String(type), id, personId, displayName, role, right, call }
}

export function factsOf(entry: Entry) {
  const { $typeName: _, time: at, position, subject, actor, beforeJson, afterJson, peopleCount, ...rest } = entry
  return {
    ...rest,
    position: Number(position),
    time: isoOf(at),
    subject: subject && { type: subject.type, id: subject.id },
    actor: actor && actorFacts(actor),
    before: beforeJson === '' ? null : JSON.parse(beforeJson),
    after: afterJson === '' ? null : JSON.parse(afterJson),
    peopleCount: Number(peopleCount),
  }
}

export function reportFacts(report: Report) {
  return {
    whole: report.isWhole,
    entries: Number(report.entries),
    removed: Number(report.removedEntries),
    erasedValues: Number(report.erasedValues),
    erasedEntries: Number(report.erasedEntries),
    waiting: Number(report.waitingEntries),
    signedHeads: Number(report.signedHeads),
    head: { position: Number(report.headPosition), linkHash: report.headLinkHash },
    faults: report.faults.map(({ kind, position, entryId, detail }) => ({
      kind: wordOf(kind),
      position: Number(position),
      entryId,
      detail,
    })),
    faultCounts: Object.fromEntries(report.faultCounts.map(({ kind, count: of }) => [wordOf(kind), Number(of)])),
  }
}

export function describeReport(report: Report): string[] {
  const facts = reportFacts(report)
  const lines = [
    `${counted(facts.entries, 'entry', 'entries')}, ${counted(facts.signedHeads, 'signed head')}; the newest entry is ${facts.head.position}.`,
    ...(facts.removed > 0
      ? [`The first ${facts.removed} entries were removed when they were old; a signed checkpoint vouches for them.`]
      : []),
    ...(facts.erasedValues > 0 ? [`erased: ${facts.erasedValues} values in ${facts.erasedEntries} entries`] : []),
    ...(facts.waiting > 0 ? [`${facts.waiting} entries were just written and wait for their seal.`] : []),
  ]
  if (facts.whole) return [...lines, 'The ledger is whole.']
  for (const { kind, position, entryId, detail } of facts.faults) {
    lines.push([kind, position > 0 ? `at ${position}` : '', entryId].filter(Boolean).join(' ').concat(`: ${detail}`))
  }
  for (const [kind, total] of Object.entries(facts.faultCounts)) {
    const listed = facts.faults.filter((fault) => fault.kind === kind).length
    if (total > listed) lines.push(`${kind}: ${total} in all`)
  }
  return lines
}

function wordOf(kind: FaultKind): string {
  return FaultKind[kind]?.toLowerCase().replaceAll('_', ' ') ?? String(kind)
}

function isoOf(at: Timestamp | undefined): string {
  return at === undefined ? '' : timestampDate(at).toISOString()
}

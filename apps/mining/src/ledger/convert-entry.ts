import {
  type Actor_Type,
  type ActorSchema,
  type Entry,
  EntrySchema,
  type Head,
  HeadSchema,
  Actor_Type as Type,
} from '@assay/contracts/assay/ledger/v1/entry_pb'
import {
  FaultKind,
  type InForceSchema,
  type Report,
  ReportSchema,
} from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { invalidArgument } from '@assay/errors'
import type { HeadFile, LedgerEntry, LedgerReport, SignedHead, ThingInForce } from '@assay/ledger'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt'

const actorTypes: Readonly<Record<string, Actor_Type>> = {
  client: Type.CLIENT,
  person: Type.PERSON,
  agent: Type.AGENT,
  job: Type.JOB,
  command: Type.COMMAND,
}

export function toEntryMessage(entry: LedgerEntry): Entry {
  const { subject } = entry
  return create(EntrySchema, {
    id: entry.id,
    position: BigInt(entry.position ?? 0),
    time: timestampFromDate(entry.at),
    kind: entry.kind,
    subject: { type: subject.type, id: subject.id ?? '' },
    actor: toActorMessage(entry),
    beforeJson: entry.before ?? '',
    afterJson: entry.after ?? '',
    reason: entry.reason,
    comment: entry.comment ?? '',
    peopleIds: [...entry.people],
    peopleCount: BigInt(entry.peopleCount),
    loadId: entry.load === undefined ? '' : String(entry.load),
    runId: entry.run ?? '',
    version: entry.version ?? '',
    erasedFields: [...entry.erased],
    omittedFields: [...entry.omitted],
    hash: entry.hash.toString('hex'),
  })
}

function toActorMessage({ actor }: LedgerEntry): MessageInitShape<typeof ActorSchema> {
  return {
    type: actorTypes[actor.type] ?? Type.UNSPECIFIED,
    id: actor.id,
    personId: actor.person ?? '',
    displayName: actor.name ?? '',
    role: actor.role ?? '',
    right: actor.right ?? '',
    call: actor.call ?? '',
  }
}

export function toInForceMessage(thing: ThingInForce): MessageInitShape<typeof InForceSchema> {
  const { entry } = thing
  return {
    subject: { type: thing.type, id: thing.id },
    stateJson: JSON.stringify(thing.state),
    complete: thing.isComplete,
    erased: thing.erased.length > 0,
    omittedFields: [...thing.omitted],
    entryId: entry.id,
    entryKind: entry.kind,
    changeTime: timestampFromDate(entry.at),
    actor: toActorMessage(entry),
  }
}

export function toHeadMessage({ signTime, publicKey, tenantId, position, ...head }: HeadFile): Head {
  return create(HeadSchema, {
    ...head,
    tenantId: BigInt(tenantId),
    position: BigInt(position),
    signTime: timestampFromDate(new Date(signTime)),
    publicKeyJwk: publicKey === undefined ? '' : JSON.stringify(publicKey),
  })
}

/** A signed head that a client stored. @throws invalid_argument for a head of another tenant, or one with a malformed member */
export function fromHeadMessage(head: Head, tenantId: number): Omit<SignedHead, 'isCheckpoint'> {
  if (head.tenantId !== BigInt(tenantId)) throw invalidArgument('head.tenant_id', 'is that of another tenant')
  if (!/^[0-9a-f]{64}$/.test(head.linkHash)) throw invalidArgument('head.link_hash', 'must be 64 hexadecimal digits')
  if (head.position < 1n || head.position > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalidArgument('head.position', 'must be 1 or more')
  }
  if (head.signTime === undefined) throw invalidArgument('head.sign_time', 'is required')
  const signature = Buffer.from(head.signature, 'base64')
  if (signature.length !== 64) throw invalidArgument('head.signature', 'must be the base64 of 64 bytes')
  return {
    position: Number(head.position),
    linkHash: Buffer.from(head.linkHash, 'hex'),
    keyId: head.keyId,
    signature,
    signedAt: timestampDate(head.signTime),
  }
}

const faultKinds: Readonly<Record<LedgerReport['faults'][number]['kind'], FaultKind>> = {
  altered: FaultKind.ALTERED,
  value_altered: FaultKind.VALUE_ALTERED,
  value_missing: FaultKind.VALUE_MISSING,
  missing: FaultKind.MISSING,
  unsealed: FaultKind.UNSEALED,
  broken: FaultKind.BROKEN,
  not_as_signed: FaultKind.NOT_AS_SIGNED,
  signature: FaultKind.SIGNATURE,
  cut_off: FaultKind.CUT_OFF,
}

export function toReportMessage(report: LedgerReport): Report {
  return create(ReportSchema, {
    isWhole: report.isWhole,
    entries: BigInt(report.entries),
    removedEntries: BigInt(report.removed),
    erasedValues: BigInt(report.erasedValues),
    erasedEntries: BigInt(report.erasedEntries),
    waitingEntries: BigInt(report.waiting),
    signedHeads: BigInt(report.signedHeads),
    headPosition: BigInt(report.head?.position ?? 0),
    headLinkHash: report.head?.linkHash.toString('hex') ?? '',
    faultCounts: Object.entries(report.counts).map(([kind, count]) => ({
      kind: faultKinds[kind as keyof typeof faultKinds],
      count: BigInt(count),
    })),
    faults: report.faults.map(({ kind, position, entryId, detail }) => ({
      kind: faultKinds[kind],
      position: BigInt(position ?? 0),
      entryId: entryId ?? '',
      detail,
    })),
  })
}

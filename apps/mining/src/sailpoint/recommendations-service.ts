import type {
  AccessRequest,
  GetRecommendationsRequest,
  RecommendationSchema,
  RecommendationsService,
} from '@assay/contracts/sailpoint/recommendations/v1/recommendations_service_pb'
import { entitlementKeys, identityKeys, knownAttributes } from '@assay/directory'
import { DomainError, invalidArgument, itemAt } from '@assay/errors'
import { ordinalsOf, type Snapshot } from '@assay/mining'
import { accessProfileExists, entitlementsOfProfiles, resolveEntitlementIds } from '@assay/profiles'
import { recommendForIdentity } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { asCaller, asCallerOnSnapshot, type ServiceContext, untilGone } from '../service-context.ts'

const mostRequests = 100
/** The probabilities from which the answer is YES, and from which it is MAYBE. */
const yes = 0.5
const maybe = 0.25
/** The model reports only this many entitlements of a person, the most probable ones. */
const mostTold = 100

/** Whether an identity should get an item, by the model of recommendations. */
export function recommendationsService(service: ServiceContext): ServiceImpl<typeof RecommendationsService> {
  return {
    async getRecommendations(request, context) {
      const { requests } = request
      if (requests.length === 0 || requests.length > mostRequests) {
        throw invalidArgument('requests', `must have 1 to ${mostRequests} of them, it has ${requests.length}`)
      }
      const questions = await asCallerOnSnapshot(service, context, async (sql, _, loaded) => {
        const read: (Question | undefined)[] = []
        for (const [at, one] of requests.entries()) read.push(await readQuestion(sql, one, at, loaded?.snapshot))
        return read
      })
      const told = await tellAll(service, context, new Set(questions.flatMap((one) => one?.identityId ?? [])))
      return { response: requests.map((one, at) => answerTo(one, judge(questions[at], told), request)) }
    },

    getRecommendationsConfig: (_, context) =>
      asCaller(service, context, async (sql) => ({
        recommenderFeatures: [...(await knownAttributes(sql))],
        peerGroupPercentageThreshold: yes,
      })),
  }
}

/** An identity, and the keys of the requested entitlements that it does not hold. */
interface Question {
  readonly identityId: string
  readonly lacking: readonly number[]
}

/** Undefined for an identity or an item that does not exist. @throws invalid_argument for an id that several sources have */
async function readQuestion(
  sql: TenantSql,
  { identityId, item }: AccessRequest,
  at: number,
  snapshot: Snapshot | undefined,
): Promise<Question | undefined> {
  const field = `requests[${at}].item`
  if (item === undefined) throw invalidArgument(field, 'is missing')
  const keys = await keysOf(sql, item, field)
  const person = (await identityKeys(sql, [identityId])).get(identityId)
  if (keys === undefined || person === undefined) return undefined
  const held = snapshot === undefined ? new Set<number>() : heldKeys(snapshot, person)
  return { identityId, lacking: keys.filter((key) => !held.has(key)) }
}

async function keysOf(
  sql: TenantSql,
  { id, type }: { readonly id: string; readonly type: string },
  field: string,
): Promise<readonly number[] | undefined> {
  switch (type) {
    case 'ACCESS_PROFILE':
      return undefined
    case 'ROLE': {
      if (!(await accessProfileExists(sql, id))) return undefined
      const given = await entitlementsOfProfiles(sql, [id])
      return [...given.values()].flatMap((entitlements) => entitlements.map(({ key }) => key))
    }
    case 'ENTITLEMENT': {
      const references = await referencesOf(sql, id, field)
      return references && (await entitlementKeys(sql, references)).flatMap((key) => key ?? [])
    }
    default:
      throw invalidArgument(`${field}.type`, `must be ENTITLEMENT, ROLE or ACCESS_PROFILE, it is "${type}"`)
  }
}

async function referencesOf(sql: TenantSql, id: string, field: string) {
  try {
    return await resolveEntitlementIds(sql, [id], field)
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'NO_SUCH_ENTITLEMENT') return undefined
    throw error
  }
}

function heldKeys(snapshot: Snapshot, person: number): ReadonlySet<number> {
  const { identityKey, rowOffset, rowEntitlement, entitlementKey } = snapshot
  const [ordinal] = ordinalsOf(identityKey, [person]).ordinals
  if (ordinal === undefined) return new Set()
  const row = rowEntitlement.subarray(itemAt(rowOffset, ordinal), itemAt(rowOffset, ordinal + 1))
  return new Set(Array.from(row, (entitlement) => itemAt(entitlementKey, entitlement)))
}

/** The answer of the model about a person, or the reason why it has none. */
type Told =
  | { readonly likely: ReadonlyMap<number, { readonly probability: number; readonly reasons: readonly string[] }> }
  | { readonly silence: string }

async function tellAll(
  service: ServiceContext,
  context: HandlerContext,
  identityIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Told>> {
  const told = new Map<string, Told>()
  for (const identityId of identityIds) {
    context.signal.throwIfAborted()
    told.set(identityId, await tell(service, context, identityId))
  }
  return told
}

async function tell(service: ServiceContext, context: HandlerContext, identityId: string): Promise<Told> {
  try {
    const found = await recommendForIdentity(service, principalOf(context), identityId, mostTold, untilGone(context))
    if (found.isLearning) return { silence: 'the model is being learnt from new access data; ask again in a minute' }
    return { likely: new Map(found.results.map(({ entitlement, ...one }) => [entitlement.key, one])) }
  } catch (error) {
    // The access data are too few, or the model does not know the person; the other requests can still be answered.
    if (error instanceof DomainError && error.kind === 'failed_precondition') return { silence: error.message }
    throw error
  }
}

/** The recommendation, its reasons, and the probability. */
interface Judgement {
  readonly recommendation: 'YES' | 'NO' | 'MAYBE' | 'NOT_FOUND'
  readonly interpretations: readonly string[]
  readonly score: number
}

/** Of several entitlements, the least probable one decides. */
function judge(question: Question | undefined, told: ReadonlyMap<string, Told>): Judgement {
  if (question === undefined) return { recommendation: 'NOT_FOUND', interpretations: [], score: 0 }
  if (question.lacking.length === 0) {
    const interpretations = ['The identity holds it already; what people hold is not judged.']
    return { recommendation: 'MAYBE', interpretations, score: 0 }
  }
  const about = told.get(question.identityId)
  if (about === undefined || 'silence' in about) {
    return { recommendation: 'MAYBE', interpretations: [about?.silence ?? ''], score: 0 }
  }
  const judged = question.lacking.map((key) => about.likely.get(key) ?? { probability: 0, reasons: [] })
  const least = judged.reduce((one, other) => (other.probability < one.probability ? other : one))
  const score = least.probability
  const recommendation = score >= yes ? 'YES' : score >= maybe ? 'MAYBE' : 'NO'
  return { recommendation, interpretations: least.reasons, score }
}

function answerTo(
  request: AccessRequest,
  { recommendation, interpretations, score }: Judgement,
  { excludeInterpretations, includeDebugInformation }: GetRecommendationsRequest,
): MessageInitShape<typeof RecommendationSchema> {
  const { identityId, item } = request
  return {
    request,
    recommendation,
    interpretations: excludeInterpretations === true ? [] : [...interpretations],
    ...(includeDebugInformation === true && {
      recommenderCalculations: {
        identityId,
        entitlementId: item?.id ?? '',
        recommendation,
        overallWeightedScore: score,
        threshold: yes,
      },
    }),
  }
}

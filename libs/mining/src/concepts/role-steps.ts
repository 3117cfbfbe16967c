import type { Snapshot } from '../snapshot.ts'
import { withoutChance } from './chance-test.ts'
import { dissolveUnions } from './dissolve-roles.ts'
import { RoleExplainer } from './explain-roles.ts'
import { finishRoles } from './finish-roles.ts'
import type { Core } from './grow-core.ts'
import { prescribedOf, tightnessCurve } from './prescribe-tightness.ts'
import { drawMembers, refineMembers } from './refine-members.ts'
import { RoleBook } from './role-book.ts'
import { type RoleGraph, residualGraph } from './role-graph.ts'
import { preparePopulationOfRoles } from './role-population.ts'
import type {
  ChanceRole,
  MinedRole,
  RoleMiningProgress,
  RoleMiningResult,
  RoleOutline,
  TightnessPoint,
} from './role-result.ts'
import type { RoleMiningSettings } from './role-settings.ts'
import { growTask, type RoleAnswer, type RoleTask, similarTask } from './role-tasks.ts'
import { levels, seedLists, seedSets } from './seed-sets.ts'
import { askable, askedFirst, askedSecond, type Neighbours } from './similar-entitlements.ts'

/** Each round mines what the rounds before did not explain. In the last ones a role may consist of shared entitlements. */
const mostRounds = 6

/** Roles that a round must add, as a share of those there are, for another one like it. */
const leastProgress = 0.02

/** The share of an entitlement's holders that must be unexplained to start from it, and in the last rounds. */
const leastLeft = 0.5
const leastLeftAtLast = 0.25

/** Without a given tightness roles are grown at one half, and then each draws its own line. */
const loosest = 0.5

/** People have a name of their own when a rule over attributes is right about more than this share of them (F1). */
const leastNamed = 0.8

/** A concept may have fewer members while it grows than the role in the end: shares of `minIdentities`. */
const growingShare = 0.6
const holdersShare = 0.5

export interface StepHooks {
  readonly onProgress?: ((progress: RoleMiningProgress) => void) | undefined
  readonly onOutline?: ((outline: RoleOutline) => void) | undefined
  readonly onRole?: ((role: MinedRole, index: number) => void) | undefined
  readonly onChance?: ((role: ChanceRole) => void) | undefined
  /** Throws to stop. */
  readonly check?: (() => void) | undefined
}

/**
 * The whole analysis, as a sequence of tasks that the caller runs: on this thread one after the other, or on several threads at once. The
 * result does not depend on the thread that found an answer.
 */
export function* roleSteps(
  snapshot: Snapshot,
  settings: RoleMiningSettings,
  hooks: StepHooks,
): Generator<RoleTask, RoleMiningResult, readonly RoleAnswer[]> {
  const check = hooks.check ?? (() => {})
  const report = (phase: RoleMiningProgress['phase'], share: number, rolesFinished = 0, rolesTotal = 0) => {
    check()
    hooks.onProgress?.({ phase, share, rolesFinished, rolesTotal })
  }
  report('preparing', 0)
  const minHolders = Math.max(2, Math.ceil(settings.minIdentities * holdersShare))
  const population = preparePopulationOfRoles(snapshot, settings, minHolders)
  const { graph } = population
  const tightness = settings.tightness === undefined ? loosest : settings.tightness / 100
  const minSupport = Math.max(2, Math.ceil(settings.minIdentities * growingShare))
  const explainer = new RoleExplainer(snapshot, population.persons, settings.maxFilters)
  const isNamed = (members: Uint32Array, values = 1) => {
    if (values > 1) return explainer.namedByList(members, values) > leastNamed
    const rule = explainer.explain(members)
    return rule !== undefined && rule.matchedMembers * 2 > leastNamed * (rule.cohortSize + members.length)
  }
  const book = new RoleBook(graph, tightness, isNamed, check)
  let left: RoleGraph = graph
  let precisionSlack = 0.2
  for (let round = 0; round < mostRounds; round++) {
    report('growing', 0.1 + (0.6 * round) / mostRounds)
    const who = askable(left, graph, minHolders, precisionSlack === 1 ? leastLeftAtLast : leastLeft)
    const some = (yield similarTask(left, askedFirst(who, round), minHolders)).map(neighboursOf)
    const others = (yield similarTask(left, askedSecond(left, who, some), minHolders)).map(neighboursOf)
    report('growing', 0.1 + (0.6 * (round + 0.5)) / mostRounds)
    const lists = seedLists([...some, ...others], graph.entitlementCount)
    const grownFrom = new Int32Array(graph.entitlementCount).fill(-1)
    const cores: Core[] = []
    for (const level of levels) {
      const seeds = seedSets(lists, level, grownFrom)
      const grown = yield growTask(left, { tightness, minSupport, precisionSlack }, seeds)
      for (const core of grown.flatMap(coresOf)) {
        for (const e of core.entitlements) grownFrom[e] = cores.length
        cores.push(core)
      }
    }
    const accepted = book.accept(cores, precisionSlack === 1)
    if (accepted > 0) left = residualGraph(graph, book.isExplained)
    // A round that finds next to nothing is the last of its kind: first of the strict ones, then of all.
    if (accepted > leastProgress * book.roles.length) continue
    if (precisionSlack === 1) break
    precisionSlack = 1
  }
  report('drawing', 0.75)
  const roles = book.roles.filter((role) => role.entitlements.length >= settings.minEntitlements)
  let curve: readonly TightnessPoint[]
  let inForce: number
  if (settings.tightness === undefined) {
    refineMembers(graph, roles, book.isExplained, loosest, check)
    if (dissolveUnions(roles, graph.personCount, isNamed, check)) {
      refineMembers(graph, roles, book.isExplained, loosest, check)
    }
    curve = tightnessCurve(graph, withoutChance(graph, roles))
    inForce = prescribedOf(curve)
    if (inForce > 100 * loosest) refineMembers(graph, roles, book.isExplained, inForce / 100, check)
  } else {
    curve = tightnessCurve(graph, roles)
    inForce = settings.tightness
    drawMembers(graph, roles, tightness)
  }
  report('finishing', 0.85)
  const outline = {
    identityCount: population.persons.length,
    grantCount: population.grantCount,
    tightness: inForce,
    prescribedTightness: prescribedOf(curve),
    tightnessCurve: curve,
    commonAccess: population.commonAccess,
  }
  const { finished, explainedGrants } = finishRoles(snapshot, explainer, population, roles, settings, {
    check,
    tightness: inForce,
    onChance: hooks.onChance,
    onTotal: (rolesTotal) => hooks.onOutline?.({ ...outline, rolesTotal }),
    onRole: (role, index, total) => {
      hooks.onRole?.(role, index)
      if (index % 16 === 15 || index + 1 === total)
        report('finishing', 0.85 + (0.15 * (index + 1)) / total, index + 1, total)
    },
  })
  return { ...outline, settings, explainedGrants, roles: finished }
}

function neighboursOf(answer: RoleAnswer): Neighbours {
  if (answer.kind !== 'similar') throw new Error(`expected neighbours, got ${answer.kind}`)
  return answer.neighbours
}

function coresOf(answer: RoleAnswer): readonly Core[] {
  if (answer.kind !== 'grow') throw new Error(`expected cores, got ${answer.kind}`)
  return answer.cores
}

import { type Core, CoreGrower, type GrowthRules } from './grow-core.ts'
import type { RoleGraph } from './role-graph.ts'
import type { Seeds } from './seed-sets.ts'
import { type Neighbours, similarEntitlements } from './similar-entitlements.ts'

/** A task whose parts do not depend on each other. The answers are in the order of the parts. */
export type RoleTask =
  | {
      readonly kind: 'similar'
      readonly graph: RoleGraph
      /** The entitlements to process. */
      readonly of: Uint32Array
      readonly minHolders: number
      readonly parts: number
    }
  | {
      readonly kind: 'grow'
      readonly graph: RoleGraph
      readonly rules: GrowthRules
      readonly seeds: Seeds
      readonly parts: number
    }

export type RoleAnswer =
  | { readonly kind: 'similar'; readonly neighbours: Neighbours }
  | { readonly kind: 'grow'; readonly cores: readonly Core[] }

const entitlementsInPart = 256
const seedsInPart = 32

export function similarTask(graph: RoleGraph, of: Uint32Array, minHolders: number): RoleTask {
  return { kind: 'similar', graph, of, minHolders, parts: Math.ceil(of.length / entitlementsInPart) }
}

export function growTask(graph: RoleGraph, rules: GrowthRules, seeds: Seeds): RoleTask {
  return { kind: 'grow', graph, rules, seeds, parts: Math.ceil(seeds.middle.length / seedsInPart) }
}

/** Processes parts of one task, and reuses its working memory. */
export class TaskWorker {
  private readonly task: RoleTask
  private readonly grower: CoreGrower | undefined

  constructor(task: RoleTask) {
    this.task = task
    this.grower = task.kind === 'grow' ? new CoreGrower(task.graph, task.rules) : undefined
  }

  do(part: number): RoleAnswer {
    const { task, grower } = this
    if (task.kind === 'similar') {
      const of = task.of.subarray(part * entitlementsInPart, (part + 1) * entitlementsInPart)
      return { kind: 'similar', neighbours: similarEntitlements(task.graph, of, task.minHolders) }
    }
    const cores: Core[] = []
    const { offset, middle, entitlement } = task.seeds
    const end = Math.min((part + 1) * seedsInPart, middle.length)
    for (let s = part * seedsInPart; s < end; s++) {
      const set = entitlement.slice(offset[s], middle[s]).sort()
      const core = grower?.grow(set, entitlement.subarray(middle[s], offset[s + 1]))
      if (core !== undefined) cores.push(core)
    }
    return { kind: 'grow', cores }
  }
}

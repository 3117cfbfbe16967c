import { setTimeout as sleep } from 'node:timers/promises'
import { RunInsightService } from '@assay/contracts/assay/insight/v1/run_insight_service_pb'
import {
  RoleFront_Changes as Changes,
  type RoleFront,
  RoleFront_Stop as Stop,
} from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import { RoleModelService, RoleModel_State as State } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { type RoleMiningManagementRun, RunStatus } from '@assay/contracts/c1/api/role_mining_management/v1/run_pb'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { enumWords } from '../enum-words.ts'
import { readSettings } from '../settings.ts'
import { describeModel, phaseNames } from './describe-model.ts'
import { reviseModel } from './revise-model.ts'

/** `assay mine`: runs an analysis, or mines a role model, and waits for the end. */
export function mineCommand(print: (line: string) => void): Command {
  return new Command('mine')
    .description('analyse the whole organisation and wait for the end')
    .option('--model', 'mine a role model of the whole organisation instead')
    .option('--fronts', 'besides --model: say what fewer roles would cost in changes to the access')
    .option('--revise <id>', 'bring a role model to the access data in force, and say which roles changed and why')
    .option('--follow', 'besides --revise: do so after each load from now on')
    .option('--no-follow', 'besides --revise: not any more')
    .action(async (options: { model?: boolean; fronts?: boolean; revise?: string; follow?: boolean }) => {
      const api = await connectToPlatform(readSettings())
      if (options.revise !== undefined) return reviseModel(api, options.revise, options.follow, print)
      const lines = options.model ? await mineModel(api, print, options) : await describeRun(api, await mine(api))
      for (const line of lines) print(line)
    })
}

/**
 * Starts an analysis and waits for its end.
 * @throws Error with the run's error message when it failed
 */
export async function mine(api: ApiClient): Promise<RoleMiningManagementRun> {
  const roleMining = createClient(RoleMiningManagementService, api.transport)
  const { runId } = await roleMining.triggerAnalysis({})
  for (;;) {
    const { list } = await roleMining.listRuns({ pageSize: 10 })
    const run = list.find(({ id }) => id === runId)
    if (run?.status === RunStatus.FAILED) throw new Error(`The analysis failed: ${run.errorMessage}`)
    if (run?.status === RunStatus.COMPLETED) return run
    await sleep(100)
  }
}

/** The result of a run, in lines; for a run without suggestions, also the reasons. */
export async function describeRun(api: ApiClient, run: RoleMiningManagementRun): Promise<string[]> {
  const { id, totalUsers, cohortsAnalyzed, suggestionsGenerated } = run
  const outcome = `Analysed ${totalUsers} people in ${cohortsAnalyzed} cohorts: ${suggestionsGenerated} suggestions.`
  if (suggestionsGenerated > 0) return [outcome]
  const { explanations } = await createClient(RunInsightService, api.transport).getRunInsight({ runId: id })
  return [outcome, ...explanations.map((sentence) => `  ${sentence}`)]
}

/**
 * Mines a role model, reports its progress, and returns the result in lines.
 * @throws Error with the model's error message when it failed
 */
async function mineModel(api: ApiClient, report: (line: string) => void, { fronts = false } = {}): Promise<string[]> {
  const models = createClient(RoleModelService, api.transport)
  let model = await models.startRoleModel({ includeFronts: fronts })
  for await (const now of models.watchRoleModel({ roleModelId: model.id })) {
    model = now
    const { progress } = now
    if (now.state === State.RUNNING && progress !== undefined)
      report(
        `  ${enumWords(phaseNames, progress.phase, 'phase')}: ${progress.componentsDone} of ${progress.components} parts done`,
      )
  }
  if (model.state === State.FAILED) throw new Error(`The role model failed: ${model.errorMessage}`)
  if (!fronts) return describeModel(model)
  const found = await models.getRoleFronts({ roleModelId: model.id })
  return [...describeModel(model), ...found.fronts.flatMap(describeFront)]
}

/** A front, with one line for each of its points, at most about twenty. */
function describeFront({ changes, points, isExact, stop }: RoleFront): string[] {
  const title = { [Changes.REMOVE]: 'taken away', [Changes.ADD]: 'added', [Changes.BOTH]: 'taken away or added' }
  const every = Math.ceil(points.length / 20)
  const why = stop === Stop.TOO_MANY_CELLS ? 'the access is too large for more' : 'the work was used up'
  return [
    `Fewer roles, with grants ${title[changes as keyof typeof title]}${isExact ? ', exact' : `; ${why}`}:`,
    ...points
      .filter((_, index) => index % every === 0 || index === points.length - 1)
      .map(({ roles, missing, added, atLeast }) => {
        const reached = missing + added
        const bound = reached === atLeast ? '' : `, no fewer than ${atLeast}`
        return `  ${roles} roles: ${missing} missing, ${added} added${bound}`
      }),
  ]
}

import { MiningPhase, type RoleModel } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { enumWords } from '../enum-words.ts'

/** The phases of mining a model, in words. */
export const phaseNames: Readonly<Record<MiningPhase, string>> = {
  [MiningPhase.UNSPECIFIED]: '',
  [MiningPhase.REDUCE]: 'reduce',
  [MiningPhase.DROP_IMPLIED]: 'leaving out what is implied',
  [MiningPhase.COVER]: 'cover',
  [MiningPhase.BOUND]: 'bound',
  [MiningPhase.SEARCH]: 'search',
  [MiningPhase.DESCRIBE]: 'describe',
  [MiningPhase.LIMITS]: 'limits',
  [MiningPhase.VERIFY]: 'verify',
}

/** The result of mining a model, in lines. */
export function describeModel({ id, figures, bound }: RoleModel): string[] {
  if (figures === undefined || bound === undefined) throw new Error(`The role model ${id} did not come to its end.`)
  const { roles, incompatibleGrants, provenBySearch, keptRoles, cutPhase } = bound
  return [
    `Role model ${id}: ${figures.roles} roles give ${figures.grants - figures.missing} of ${figures.grants} grants, ${figures.added} added.`,
    `  ${figures.memberships} memberships, ${figures.entitlementLinks} entitlement links, complexity ${figures.complexity}`,
    bound.isFewest
      ? '  There is no model with fewer roles.'
      : `  No model has fewer than ${roles} roles: ${incompatibleGrants} grants of which no two fit into one role, ${provenBySearch} more by search, ${keptRoles} kept.`,
    ...(cutPhase === MiningPhase.UNSPECIFIED
      ? []
      : [
          `  The limit of work was reached in phase ${enumWords(phaseNames, cutPhase, 'phase')}; this is the result until then.`,
        ]),
  ]
}

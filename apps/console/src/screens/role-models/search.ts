import { Objective } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'

export const objectives = {
  roles: Objective.FEWEST_ROLES,
  complexity: Objective.LEAST_COMPLEXITY,
  description: Objective.LEAST_DESCRIPTION,
} as const
export type ObjectiveName = keyof typeof objectives

/** The default prices of the parts of a model, in the order of the form. */
export const defaultPrices = { role: 10, membership: 1, entitlement: 1, missing: 2, added: 4 } as const
type PriceName = keyof typeof defaultPrices
export const priceNames = Object.keys(defaultPrices) as readonly PriceName[]

/** The search parameters in the address for the model to be started. `adds=none` forbids added grants. */
export type RoleModelsSearch = {
  readonly objective?: ObjectiveName | undefined
} & { readonly [Name in PriceName]?: number | undefined } & { readonly adds?: 'none' | undefined }

export function readRoleModelsSearch(search: Record<string, unknown>): RoleModelsSearch {
  const { objective, adds } = search
  const prices = priceNames.flatMap((name) => {
    const price = search[name]
    return typeof price === 'number' && Number.isFinite(price) && price >= 0 ? [[name, price] as const] : []
  })
  return {
    ...(typeof objective === 'string' &&
      objective !== 'roles' &&
      Object.hasOwn(objectives, objective) && { objective: objective as ObjectiveName }),
    ...Object.fromEntries(prices),
    ...(adds === 'none' && { adds }),
  }
}

export function objectiveName(objective: Objective): ObjectiveName {
  return (Object.keys(objectives) as ObjectiveName[]).find((name) => objectives[name] === objective) ?? 'roles'
}

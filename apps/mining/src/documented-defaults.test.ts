import { describedFiles } from '@assay/contracts/described-files'
import { defaultRoleSettings } from '@assay/mining'
import { defaultConfig } from '@assay/role-mining'
import { defaultPrices, resolveRoleModelSettings } from '@assay/role-model'
import { expect, test } from 'vitest'

const { seed, objective } = resolveRoleModelSettings({})

/** The defaults, by message and field. A new default must also change the comment of its field. */
const defaults: readonly (readonly [field: string, value: number | string])[] = [
  ...Object.entries(defaultPrices).map(([name, price]) => [`assay.rolemodel.v1.Prices.${name}`, price] as const),
  ['assay.rolemodel.v1.StartRoleModelRequest.seed', seed],
  ['assay.rolemodel.v1.StartRoleModelRequest.objective', objective.toUpperCase()],
  ['c1.api.role_mining_management.v1.UpdateRoleMiningConfigRequest.max_suggestions', defaultConfig.maxSuggestions],
  ['c1.api.role_mining_management.v1.UpdateRoleMiningConfigRequest.min_cohort_size', defaultConfig.minCohortSize],
  ['c1.api.role_mining_management.v1.RoleMiningManagementConfig.max_suggestions', defaultConfig.maxSuggestions],
  ['c1.api.role_mining_management.v1.RoleMiningManagementConfig.min_cohort_size', defaultConfig.minCohortSize],
  ['assay.mining.v1.MinePotentialRolesRequest.min_identities', defaultRoleSettings.minIdentities],
  ['assay.mining.v1.MinePotentialRolesRequest.min_entitlements', defaultRoleSettings.minEntitlements],
  [
    'sailpoint.iai.rolemining.v1.RoleMiningSessionDto.min_num_identities_in_potential_role',
    defaultRoleSettings.minIdentities,
  ],
  ['sailpoint.iai.rolemining.v1.RoleMiningSessionDto.type', defaultRoleSettings.type],
]

/** The part of a field's comment that says what an absent value means. */
const promised = /(?:absent(?: or 0)? means|unspecified means|default)(?: the default of| is|:)? ([\w.]+?)[.,;]/i

test.each(defaults)('%s is documented with the default that is in force', (field, value) => {
  expect(promised.exec(`${commentOf(field)} `)?.[1]).toBe(String(value))
})

/** The comment of a field, in one line; the numbers are field numbers of descriptor.proto. */
function commentOf(fullName: string): string {
  const [, message, name] = /^(.*)\.(\w+)$/.exec(fullName) ?? []
  for (const file of describedFiles()) {
    const place = file.messageType.findIndex((one) => `${file.package}.${one.name}` === message)
    if (place === -1) continue
    const field = file.messageType[place]!.field.findIndex((one) => one.name === name)
    const path = [4, place, 2, field].join('.')
    const found = file.sourceCodeInfo?.location.find((location) => location.path.join('.') === path)
    return found?.leadingComments.trim().replaceAll(/\s+/g, ' ') ?? ''
  }
  throw new Error(`No proto has ${fullName}`)
}

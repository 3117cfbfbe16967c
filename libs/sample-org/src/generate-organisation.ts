import { applicationKinds } from './catalogue.ts'
import { dayOf } from './day.ts'
import { EntitlementMaker } from './entitlement-maker.ts'
import { grantAccess } from './granting.ts'
import type { Organisation, OrganisationSettings } from './organisation.ts'
import { generateIdentities } from './people.ts'
import { plantRoles } from './planting.ts'
import { Random } from './random.ts'
import { usageOf } from './usage.ts'

/**
 * Generates an organisation with planted roles and noise. The result depends only on the settings, down to the order of the rows.
 * @throws RangeError for a setting outside its limits
 */
export function generateOrganisation(settings: OrganisationSettings): Organisation {
  const complete: Required<OrganisationSettings> = {
    missingShare: 0.05,
    extraShare: 0.02,
    minimumRoleSize: 8,
    density: 1,
    asOf: '2026-06-30',
    ...settings,
  }
  requireWithin('seed', complete.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true)
  requireWithin('identityCount', complete.identityCount, 20, 100_000, true)
  requireWithin('missingShare', complete.missingShare, 0, 1)
  requireWithin('extraShare', complete.extraShare, 0, 1)
  requireWithin('minimumRoleSize', complete.minimumRoleSize, 2, 100_000, true)
  requireWithin('density', complete.density, 0.25, 20)
  const today = dayOf(complete.asOf)
  const random = new Random(complete.seed)
  const { identities, departments } = generateIdentities(random.stream('identities'), complete.identityCount)
  const maker = new EntitlementMaker(random.stream('entitlements'))
  const plans = plantRoles(random.stream('roles'), identities, departments, maker, complete)
  const departmentApplications = departments.flatMap((department) => department.kind.applications)
  // Access that no role gives: only noise and machine accounts hold it.
  for (let left = Math.ceil(maker.entitlements.length * 0.1); left > 0; left--) {
    maker.permission('Legacy', departmentApplications)
  }
  const entitlements = maker.entitlements
  const grants = grantAccess(random.stream('grants'), identities, entitlements, plans, { ...complete, today })
  const used = new Set(entitlements.map((entitlement) => entitlement.applicationId))
  return {
    settings: complete,
    identities,
    applications: applicationKinds
      .filter((application) => used.has(application.id))
      .map(({ id, displayName, description }) => ({ id, displayName, description })),
    entitlements,
    grants,
    usage: usageOf(random.stream('usage'), identities, entitlements, grants, today),
    plantedRoles: plans.map((plan) => plan.role),
  }
}

function requireWithin(name: string, value: number, low: number, high: number, whole = false): void {
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return
  throw new RangeError(`${name} must be ${whole ? 'a whole number' : 'a number'} from ${low} to ${high}, got ${value}`)
}

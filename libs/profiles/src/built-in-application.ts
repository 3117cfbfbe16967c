/**
 * An application of each tenant: each access profile is a resource of it with one entitlement, its enrolment, which the members of the
 * profile hold. The application is in no table of the directory, so mining and counts do not include it. APIs that show profiles as
 * applications build it from this object, and give it the name that their scripts expect.
 */
export const builtInApplication = {
  id: 'assay-access-profiles',
  description: 'Access profiles, each with its enrolment as an entitlement.',
} as const

/**
 * The application of each tenant in which every access profile is a resource, with one entitlement, its enrolment, that its members
 * hold. It stands in no table of the directory, so nothing of it is mined or counted; APIs that show profiles as applications do make
 * it from here, and give it the name that their scripts look for.
 */
export const builtInApplication = {
  id: 'assay-access-profiles',
  description: 'Access profiles, each with its enrolment as an entitlement.',
} as const

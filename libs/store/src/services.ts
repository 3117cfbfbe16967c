/** The processes that log in to the database, each with separate rights. */
export const serviceNames = ['gateway', 'mining', 'mining-worker', 'sessions'] as const

export type ServiceName = (typeof serviceNames)[number]

/** What all services have in common, and a member of nothing: every login of a service is a member of it, through its group. */
export const serviceRole = 'assay_service'

/** The role that holds the rights of a service; its logins are members. Migration 0032 makes them. */
export function groupRole(service: ServiceName): string {
  return `assay_${service.replaceAll('-', '_')}`
}
